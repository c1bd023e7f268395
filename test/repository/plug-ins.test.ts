import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { EXPORTER_TYPES } from '../../packages/monitor/src/serve/exporter-types.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const library = join(root, 'packages/hale/src')
const read = (path: string): string => readFileSync(path, 'utf8')
const docs = globSync('docs/**/*.md', { cwd: root })
  .map((page) => read(join(root, page)))
  .join('\n')
const namesIn = (folder: string): readonly string[] =>
  globSync('*.ts', { cwd: join(library, folder) })
    .filter((file) => !file.includes('.test'))
    .map((file) => file.slice(0, -'.ts'.length))

/** Exporters that no file of `hale serve` names, and why. */
const NOT_IN_A_FILE: Readonly<Record<string, string>> = {
  prometheus: 'asks by itself, at /metrics',
  systemd: 'is told by the service that it started',
}

it('finds them', () => {
  expect(namesIn('exporters')).toEqual(expect.arrayContaining(['statsd', 'opentelemetry']))
  expect(namesIn('conditions')).toEqual(expect.arrayContaining(['load', 'window']))
})

// A check has a test of its own: checks.test.ts; an adapter too: adapters.test.ts.
describe.each([
  ...namesIn('exporters').map((name) => `exporters/${name}`),
  ...namesIn('conditions').map((name) => `conditions/${name}`),
])('what is plugged in as hale/%s', (path) => {
  const [folder = '', name = ''] = path.split('/')
  const tests = globSync(`{core,${folder}}/*.test.ts`, { cwd: library }).map((file) => read(join(library, file)))

  it('is imported by a test', () => {
    expect(tests.some((text) => text.includes(`./${name}.ts'`) || text.includes(`/${path}.ts'`))).toBe(true)
  })

  it('is imported in the docs', () => {
    expect(docs).toContain(`from 'hale/${path}'`)
  })

  it('refuses options that there are not, as a test over all factories has it', () => {
    const source = read(join(library, `${path}.ts`))
    const tried = read(join(root, 'test/repository/factory-options.test.ts'))
    const takesOptions = /^export function \w+\([^)]*[oO]ptions/m.test(source)
    expect(!takesOptions || tried.includes(`/${path}.ts'`)).toBe(true)
  })
})

it('every exporter has a type in the file of hale serve, or a reason why not', () => {
  const names = namesIn('exporters')
  expect([...Object.keys(EXPORTER_TYPES), ...Object.keys(NOT_IN_A_FILE)].toSorted()).toEqual(names.toSorted())
})
