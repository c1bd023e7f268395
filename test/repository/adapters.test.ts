import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const library = 'packages/hale'

/** The adapters by what the table of docs/frameworks imports; the generic handler and gRPC are none. */
const adapters = [...read('docs/frameworks/README.md').matchAll(/^\|.*`hale\/http\/(\w+)`/gm)]
  .map(([, name = '']) => name)
  .filter((name) => name !== 'handler' && name !== 'grpc')
const traffic = globSync('*-traffic.ts', { cwd: join(root, library, 'src/http') }).map((file) => file.slice(0, -3))
/** Those that run where there is no Node. */
const WEB = ['hono', 'h3', 'elysia', 'next', 'handler', 'hono-traffic', 'h3-traffic', 'elysia-traffic', 'web-traffic']

/** Everything that a built module imports, by itself or by what it imports, in code or in types. */
function importsOf(file: string, seen = new Map<string, Set<string>>()): ReadonlyMap<string, ReadonlySet<string>> {
  if (seen.has(file)) return seen
  const imports = new Set<string>()
  seen.set(file, imports)
  const text = read(file).replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*/gm, '')
  for (const [, to = ''] of text.matchAll(/(?:^|[\s;}])(?:from|import)\s*\(?\s*['"]([^'"\n]+)['"]/g)) {
    imports.add(to)
    if (!to.startsWith('.')) continue
    const path = relative(root, join(root, dirname(file), to))
    importsOf(file.endsWith('.d.ts') ? path.replace(/\.[jt]s$/, '.d.ts') : path, seen)
  }
  return seen
}

const foreign = (name: string, kind: 'js' | 'd.ts'): readonly string[] =>
  [...importsOf(`${library}/dist/http/${name}.${kind}`).values()]
    .flatMap((imports) => [...imports])
    .filter((to) => !to.startsWith('.'))

it('finds the adapters', () => {
  expect(adapters).toEqual(['node', 'express', 'fastify', 'koa', 'hono', 'nest', 'next', 'h3', 'elysia'])
  expect(traffic.length).toBeGreaterThanOrEqual(9)
})

describe.each([...adapters, ...traffic])('the adapter %s', (name) => {
  it('has at most 60 lines', () => {
    expect(read(`${library}/src/http/${name}.ts`).trimEnd().split('\n').length).toBeLessThanOrEqual(60)
  })

  it('imports no framework, neither code nor types', () => {
    for (const kind of ['js', 'd.ts'] as const) {
      expect(foreign(name, kind).filter((to) => !to.startsWith('node:'))).toEqual([])
    }
  })

  it('is named in the documentation of its framework', () => {
    const page = name.replace('-traffic', '')
    expect(read(`docs/frameworks/${page}.md`)).toContain(`hale/http/${name}`)
  })
})

it.each(WEB)('imports nothing of Node with %s', (name) => {
  expect(foreign(name, 'js')).toEqual([])
})
