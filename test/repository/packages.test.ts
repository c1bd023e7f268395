import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

interface Manifest {
  readonly files?: readonly string[]
  readonly license?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

const at = (path: string): URL => new URL(`../../${path}`, import.meta.url)
const read = (path: string): string => readFileSync(at(path), 'utf8')
const manifest = (folder: string): Manifest => JSON.parse(read(`${folder}/package.json`))

const FOLDERS = [
  '.',
  'packages/hale',
  'packages/contract',
  'packages/monitor',
  'packages/dashboard',
  'examples/shop',
  'examples/fleet-safety',
]

/** Those that npm gets. */
const PUBLISHED = ['packages/hale', 'packages/contract', 'packages/monitor']

describe('packages', () => {
  it('gives the library no runtime dependency', () => {
    expect(manifest('packages/hale').dependencies ?? {}).toEqual({})
  })

  it.each(PUBLISHED)('ships with %s every file that it lists, a page about it and its licence', (folder) => {
    const { files = [], license } = manifest(folder)
    // What is built is there only after a build.
    const written = files.filter((file) => !/^!?dist(?:$|\/)/.test(file))
    expect([...written, 'LICENSE', 'README.md'].filter((file) => !existsSync(at(`${folder}/${file}`)))).toEqual([])
    expect(written).toContain('README.md')
    expect(read(`${folder}/LICENSE`)).toBe(read('LICENSE'))
    expect(license).toBe('Apache-2.0')
  })

  it.each(FOLDERS)('pins every dependency of %s exactly, and says why in docs/dependencies.md', (folder) => {
    const { dependencies, devDependencies } = manifest(folder)
    const all = Object.entries({ ...dependencies, ...devDependencies })
    expect(all.filter(([, version]) => !/^(?:npm:[\w@/-]+@)?\d+\.\d+\.\d+$/.test(version))).toEqual([])
    const reasons = read('docs/dependencies.md')
    const foreign = all.map(([name]) => name).filter((name) => name !== 'hale' && !name.startsWith('@hale/'))
    expect(foreign.filter((name) => !reasons.includes(`\`${name}\``))).toEqual([])
  })
})
