import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { findEntryPoints, library } from '../harness/entry-points.ts'

/** Imports one module after the other, and says of each what it left behind and which of Hale's modules it loaded. */
const PROGRAM = `
import { registerHooks } from 'node:module'
let loaded = []
registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context) } })
const later = setImmediate
const resources = () => new Promise((resolve) => later(() => resolve(process.getActiveResourcesInfo().sort())))
// Timers that are not to keep the process alive are no active resources.
let timers = 0
for (const name of ['setTimeout', 'setInterval', 'setImmediate']) {
  const real = globalThis[name]
  globalThis[name] = (...given) => (timers++, real(...given))
}
const listeners = () => process.eventNames().map((name) => String(name) + process.listenerCount(name)).sort()
await import('node:http')
const found = {}
for (const name of JSON.parse(process.argv[1])) {
  loaded = []
  const before = [timers, await resources(), listeners()]
  await import(name)
  found[name] = { before, after: [timers, await resources(), listeners()], loaded }
}
process.stdout.write(JSON.stringify(found))
`

interface Effects {
  readonly before: unknown
  readonly after: unknown
  readonly loaded: readonly string[]
}

async function importInTurn(names: readonly string[]): Promise<Readonly<Record<string, Effects>>> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, JSON.stringify(names)], { cwd: library })
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  expect(err).toBe('')
  return JSON.parse(out) as Record<string, Effects>
}

const names = findEntryPoints().map(({ path }) => `hale${path.slice(1)}`)

it('E15: to import the built `hale`, or any module of it, starts no timer, opens no handle and listens to nothing', async () => {
  const found = await importInTurn(names)
  expect(Object.keys(found)).toEqual(names)
  for (const [name, { after, before }] of Object.entries(found)) expect([name, after]).toEqual([name, before])
}, 60_000)

it('to import the built `hale` or an adapter loads no check', async () => {
  const lean = names.filter((name) => name === 'hale' || name.startsWith('hale/http/'))
  expect(lean).toContain('hale/http/node')
  const loaded = Object.values(await importInTurn(lean)).flatMap((each) => each.loaded)
  expect(loaded.some((url) => url.includes('/dist/core/'))).toBe(true)
  expect(loaded.filter((url) => url.includes('/dist/checks/'))).toEqual([])
}, 60_000)
