import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
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

describe('packages', () => {
  it('gives the library no runtime dependency', () => {
    expect(manifest('packages/hale').dependencies ?? {}).toEqual({})
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
