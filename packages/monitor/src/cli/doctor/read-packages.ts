import { parse } from 'yaml'
import { z } from 'zod'

const names = z.record(z.string(), z.unknown()).default({})
const manifest = z.object({ dependencies: names, optionalDependencies: names })
const npmLock = z.object({ packages: z.record(z.string(), manifest) })
const pnpmLock = z.object({ importers: z.record(z.string(), manifest) })

const namesOf = (given: z.infer<typeof manifest>): readonly string[] =>
  [...Object.entries(given.dependencies), ...Object.entries(given.optionalDependencies)].map(
    ([name, version]) => /^npm:(@?[^@]+)/.exec(String(version))?.[1] ?? name,
  )

/** The packages that a package.json names itself; what is only for development is not running. */
export function readPackageJson(text: string): readonly string[] {
  return namesOf(manifest.parse(JSON.parse(text)))
}

/** What the folders of a workspace depend on by themselves, from package-lock.json or pnpm-lock.yaml. */
export function readLock(text: string, file: string): readonly string[] {
  if (file.endsWith('.yaml')) return Object.values(pnpmLock.parse(parse(text)).importers).flatMap(namesOf)
  return Object.entries(npmLock.parse(JSON.parse(text)).packages)
    .filter(([path]) => !path.includes('node_modules'))
    .flatMap(([, each]) => namesOf(each))
}
