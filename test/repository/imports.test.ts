import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const packages = fileURLToPath(new URL('../../packages', import.meta.url))

interface Import {
  readonly from: string
  readonly to: string
}

/** Every import of the built modules: from a file to a file below `packages`, or to a bare name. */
const imports: readonly Import[] = globSync('{hale,contract,monitor}/dist/**/*.js', { cwd: packages })
  .filter((file) => !file.includes('/dist/dashboard/'))
  .flatMap((file) => {
    const text = readFileSync(join(packages, file), 'utf8')
    const found = text.matchAll(/(?:^|[\s;}])(?:from|import)\s*\(?\s*['"]([^'"\n]+)['"]/g)
    return [...found].map(([, to = '']) => ({
      from: file,
      to: to.startsWith('.') ? relative(packages, join(packages, dirname(file), to)) : to,
    }))
  })

/** The rooms of the house: who lives where, and whom they may know. */
const ROOMS: readonly { readonly room: RegExp; readonly mayImport: readonly RegExp[] }[] = [
  { room: /^hale\/dist\/core\//, mayImport: [/^hale\/dist\/core\//] },
  { room: /^hale\/dist\/formats\//, mayImport: [/^hale\/dist\/(core|formats)\//] },
  {
    room: /^hale\/dist\/checks\//,
    mayImport: [
      /^hale\/dist\/(checks|core|formats)\//,
      /^node:/,
      /^(@aws-sdk\/client-s3|@nats-io\/(jetstream|transport-node)|mongodb|mysql2|pg|redis)$/,
    ],
  },
  { room: /^hale\/dist\/conditions\//, mayImport: [/^hale\/dist\/(checks|conditions|core)\//, /^node:/, /^croner$/] },
  { room: /^hale\/dist\/exporters\//, mayImport: [/^hale\/dist\/(core|exporters|formats)\//, /^node:/] },
  { room: /^hale\/dist\/http\//, mayImport: [/^hale\/dist\/(core|formats|http)\//, /^node:/] },
  { room: /^hale\/dist\/testing\//, mayImport: [/^hale\/dist\/(core|http|testing)\//, /^node:/] },
  { room: /^hale\/dist\/doctor\//, mayImport: [/^hale\/dist\/(core|doctor)\//] },
  { room: /^hale\/dist\/probe\//, mayImport: [/^hale\/dist\/(core|probe)\//, /^node:/] },
  { room: /^hale\/dist\/index\.js$/, mayImport: [/^hale\/dist\/(core|formats)\//] },
  { room: /^contract\/dist\//, mayImport: [/^contract\/dist\//, /^hale(\/|$)/, /^zod$/] },
  {
    room: /^monitor\/dist\//,
    mayImport: [
      /^monitor\/dist\//,
      /^hale$|^hale\/doctor$|^hale\/(checks|conditions|exporters|formats|http|core)\//,
      /^@hale\/contract$/,
      /^[^.@h]|^@(fast|opentelemetry)/,
    ],
  },
]

/** Inside the monitor a value goes one way: what is pure knows nothing of stores, sockets and pages. */
const PURE = /^monitor\/dist\/(evaluate|incidents)\//
const NOT_FROM_PURE = /^monitor\/dist\/(api|live|probes|channels|alerts|cluster|cli|store\/sqlite)\/|^node:/

/** A built module and everything that it loads statically or not. */
function loadedWith(file: string, loaded: Set<string> = new Set()): ReadonlySet<string> {
  if (loaded.has(file)) return loaded
  loaded.add(file)
  for (const { from, to } of imports) if (from === file) loadedWith(to, loaded)
  return loaded
}

describe('the import graph of the built packages', () => {
  it('is there to be walked', () => {
    expect(imports.length).toBeGreaterThan(40)
  })

  it.each(ROOMS.map(({ room, mayImport }) => [room.source, room, mayImport] as const))(
    'points down from %s',
    (_name, room, mayImport) => {
      const inside = imports.filter(({ from }) => room.test(from))
      expect(inside.length).toBeGreaterThan(0)
      expect(inside.filter(({ to }) => !mayImport.some((allowed) => allowed.test(to)))).toEqual([])
    },
  )

  it('keeps evaluation and incidents pure', () => {
    expect(imports.filter(({ from, to }) => PURE.test(from) && NOT_FROM_PURE.test(to))).toEqual([])
  })

  it('loads no other check and no client with a check: peers are loaded when they are needed', () => {
    const checks = globSync('hale/dist/checks/*.js', { cwd: packages }).filter((file) => !file.includes('.test.'))
    expect(checks.length).toBeGreaterThan(20)
    for (const check of checks) {
      const seen = new Set<string>()
      const walk = (file: string): void => {
        if (seen.has(file) || !file.endsWith('.js')) return
        seen.add(file)
        const text = readFileSync(join(packages, file), 'utf8')
        for (const [, to = ''] of text.matchAll(/^(?:import|export)(?: [^'";(]*? from)? '([^']+)'/gm)) {
          expect(to, `${file} for ${check}`).toMatch(/^\.|^node:/)
          walk(to.startsWith('.') ? relative(packages, join(packages, dirname(file), to)) : to)
        }
      }
      walk(check)
      expect([...seen].filter((file) => /\/checks\/[^/]+\.js$/.test(file))).toEqual([check])
    }
  })

  it('loads no check and nothing of Node with `import "hale"`', () => {
    const loaded = loadedWith('hale/dist/index.js')
    expect(loaded.size).toBeGreaterThan(5)
    expect([...loaded].filter((file) => /^node:|\/checks\/|\/http\//.test(file))).toEqual([])
  })

  it('loads one exporter at a time, and no check', () => {
    const exporters = globSync('hale/dist/exporters/*.js', { cwd: packages })
    expect(exporters).toContain('hale/dist/exporters/statsd.js')
    for (const exporter of exporters) {
      const others = [...loadedWith(exporter)].filter((file) => file !== exporter)
      expect(others.filter((file) => exporters.includes(file) || /\/checks\/|\/http\//.test(file))).toEqual([])
    }
  })

  it('loads no check and no reader of foreign documents with an adapter', () => {
    const adapters = [...new Set(imports.map(({ from }) => from))].filter((file) => file.startsWith('hale/dist/http/'))
    expect(adapters).toContain('hale/dist/http/node.js')
    for (const adapter of adapters) {
      const loaded = [...loadedWith(adapter)]
      expect(loaded.filter((file) => /\/checks\/|\/formats\/read/.test(file))).toEqual([])
    }
  })
})
