import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Target } from '@hale/contract'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { freePorts } from '../harness/ports.ts'
import { type, type Typed } from './command.ts'
import { lightClone } from './light-clone.ts'
import { follow, until, type Visitor } from './visitor.ts'

/** What the shop's hale.yaml says. */
const EVERY_MS = 2_000
const TIMEOUT_MS = 1_000
/** For a machine that does other things. */
const ALLOWANCE_MS = 30_000
const STAMPS = [
  'node_modules/.hale-installed',
  'packages/hale/dist/index.js',
  'packages/monitor/dist/cli/hale.js',
  'packages/monitor/dist/dashboard/index.html',
  'packages/dashboard/dist/.built',
]

let folder: string
/** What somebody has who has only ever typed `npm start`. */
let clone: string
let env: Record<string, string>
const started: Typed[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hale-start-'))
  clone = lightClone(join(folder, 'clone'))
  const base = await freePorts(6)
  env = { HALE_PORT: String(base), SHOP_PORT: String(base + 1), HALE_STORE: join(folder, 'store') }
})
afterEach(() => {
  for (const each of started.splice(0)) each.kill()
})
afterAll(() => rm(folder, { recursive: true }))

function run(command: readonly string[], more: Readonly<Record<string, string>> = {}, cwd = clone): Typed {
  const typed = type(command, { ...env, ...more }, cwd)
  started.push(typed)
  return typed
}

async function finish(...command: readonly string[]): Promise<{ code: number | null; output: string }> {
  const typed = run(command)
  return { code: await typed.ended, output: typed.output() }
}

/** Ctrl-C ends everything, with code 0, and leaves no process behind. Returns the milliseconds that took. */
async function stop(typed: Typed): Promise<number> {
  const began = performance.now()
  typed.pressCtrlC()
  expect(await typed.ended).toBe(0)
  const tookMs = performance.now() - began
  expect(typed.isAlive()).toBe(false)
  return tookMs
}

const stampsNow = (): Promise<number[]> =>
  Promise.all(STAMPS.map(async (path) => (await stat(join(clone, path))).mtimeMs))

describe('npm start', () => {
  it('shows the shop, tells of what breaks and of its end within an interval and a timeout, and ends with Ctrl-C', async () => {
    const hale = run(['npm', 'start'])
    const [, link = ''] = await hale.seen(/Open {2}(\S+)/u)
    expect(link).toContain(`http://127.0.0.1:${env['HALE_PORT']}/login?token=`)
    await hale.seen(/All 6 healthy/u)
    await hale.seen(/npm run shop:break -- payments[^]+Stop +Ctrl-C/u)
    const lines = hale.output().match(/^ {2}● healthy.+$/gmu) ?? []
    expect(lines).toHaveLength(6)
    expect(new Set(lines.map((line) => line.search(/http:|tcp:/u))).size).toBe(1)
    expect(hale.output()).not.toMatch(/"level":/u)

    const visitor = await follow(link)
    expect(await visitor.overview()).toMatchObject({ status: 'healthy', counts: { healthy: 6 } })
    // Whoever asks another service at once finds it serving: services start in the order in which they ask each other.
    expect(await visitor.incidents('storefront')).toEqual([])
    await breaksAndMends(hale, visitor)
    await breaksAsNamed(visitor)
    console.log(`Ctrl-C: everything had ended after ${Math.round(await stop(hale))} ms; 5000 ms are promised`)
  }, 240_000)

  it('installs and builds nothing a second time, and says which port is taken and what changes it', async () => {
    const before = await stampsNow()
    const hale = run(['npm', 'start'])
    await hale.seen(/Stop +Ctrl-C/u)
    expect(await stampsNow()).toEqual(before)
    // No new key either: the store is the one of the first start.
    expect(hale.output()).not.toMatch(/Installing|Building|Key {3}/u)

    const again = await finish('npm', 'start')
    expect(again.code).toBe(1)
    expect(again.output).toMatch(/Port \d+ is taken, and the monitor listens there\. .+ HALE_PORT=\d+ npm start\n/u)
    expect(again.output).toContain(`Port ${env['HALE_PORT']} is taken`)

    const elsewhere = run(['npm', 'start'], { HALE_PORT: '0' })
    expect(await elsewhere.ended).toBe(1)
    expect(elsewhere.output()).toMatch(/Port \d+ is taken, and the example shop needs it .+ SHOP_PORT=\d+ npm start\n/u)
    expect(elsewhere.output()).toContain(`Port ${env['SHOP_PORT']} is taken`)
    await stop(hale)
  }, 120_000)
})

describe('npm start -- path/to/hale.yaml', () => {
  it('watches what three lines name, from wherever one stands', async () => {
    const app = createServer((_request, response) => response.end('{"status":"healthy"}'))
    await new Promise<void>((resolve) => {
      app.listen(0, '127.0.0.1', resolve)
    })
    const { port } = app.address() as AddressInfo
    const three = `targets:\n  - http://127.0.0.1:${port}/health\n  - tcp://127.0.0.1:${port}\n`
    await writeFile(join(folder, 'mine.yaml'), three)
    const hale = run(['npm', '--prefix', clone, 'start', '--', 'mine.yaml'], {}, folder)
    await hale.seen(/watches 2 targets/u)
    await hale.seen(/2 healthy/u)
    expect(hale.output()).not.toMatch(/shop:break/u)
    await stop(hale)
    app.closeAllConnections()
    app.close()
  }, 60_000)

  it('shows what is wrong with a file, and where, and ends with code 1', async () => {
    await writeFile(join(folder, 'broken.yaml'), 'targets:\n  - name: shop\n    ulr: http://localhost\n')
    const { code, output } = await finish('npm', 'start', '--', join(folder, 'broken.yaml'))
    expect(code).toBe(1)
    expect(output).toMatch(/broken\.yaml:3:5/u)
    expect(output).toMatch(/did you mean "?url"?/u)
    expect(output).not.toMatch(/^ +at /mu)

    const nowhere = await finish('npm', 'start', '--', 'nowhere.yaml')
    expect(nowhere.code).toBe(1)
    expect(nowhere.output).toMatch(/There is no .+nowhere\.yaml\./u)
  }, 60_000)
})

/** The first thing that a newcomer tries. */
async function breaksAndMends(hale: Typed, visitor: Visitor): Promise<void> {
  const heard = visitor.listenFor('payments')
  const broken = await finish('npm', 'run', 'shop:break', '--', 'payments')
  const brokenAt = performance.now()
  expect(broken.output).toContain('payments is broken: its process is killed')
  const seen = await untilTarget(visitor, 'payments', ({ status }) => status === 'unhealthy')
  const tookMs = performance.now() - brokenAt
  expect(seen.code).toBe('CONNECTION_REFUSED')
  console.log(`shop:break: unhealthy in the API ${Math.round(tookMs)} ms after it; 3000 ms are promised`)

  const [incident] = await visitor.incidents('payments')
  expect(incident).toMatchObject({ severity: 'critical', closedAt: null, code: 'CONNECTION_REFUSED' })
  const id = incident?.id ?? ''
  await hale.seen(/✖ unhealthy .*payments refused the connection/u)
  const [told] = await untilTold(visitor, id, 1)
  expect(told).toMatchObject({ channel: 'console', kind: 'firing' })
  // The page of the incident hears of the delivery without asking.
  await until(
    () => Promise.resolve(heard),
    (times) => times.some((at) => at >= (told?.deliveredAt ?? told?.createdAt ?? Infinity)),
    ALLOWANCE_MS,
  )

  await finish('npm', 'run', 'shop:mend', '--', 'payments')
  await untilTarget(visitor, 'payments', ({ status }) => status === 'healthy')
  expect((await visitor.incident(id)).closedAt).not.toBeNull()
  await hale.seen(/payments (?:is|was .+ and is) healthy again/u)
  await untilTold(visitor, id, 2)
}

/** Three at once, to save time. */
async function breaksAsNamed(visitor: Visitor): Promise<void> {
  await Promise.all([
    finish('npm', 'run', 'shop:break', '--', 'payments', 'ledger'),
    finish('npm', 'run', 'shop:break', '--', 'legacy', 'freeze'),
    finish('npm', 'run', 'shop:break', '--', 'storefront', 'slow'),
  ])
  const [payments] = await Promise.all([
    untilTarget(visitor, 'payments', ({ status }) => status === 'unhealthy'),
    untilTarget(visitor, 'legacy', ({ status, code }) => status === 'unhealthy' && code === 'TIMEOUT'),
    untilTarget(visitor, 'shop-page', ({ status, code }) => status === 'degraded' && code === 'SLOW'),
  ])
  expect(payments.componentList).toContainEqual(
    expect.objectContaining({ name: 'ledger', status: 'unhealthy', code: 'LEDGER_NOT_WRITABLE' }),
  )
  await Promise.all(['payments', 'legacy', 'storefront'].map((name) => finish('npm', 'run', 'shop:mend', '--', name)))
  await until(
    () => visitor.overview(),
    ({ counts }) => counts.healthy === 6,
    EVERY_MS + ALLOWANCE_MS,
  )
  await finish('npm', 'run', 'shop:break', '--', 'payments', 'slow')
  await untilTarget(visitor, 'payments', ({ status, code }) => status === 'degraded' && code === 'SLOW')
  await finish('npm', 'run', 'shop:mend', '--', 'payments')
  await untilTarget(visitor, 'payments', ({ status }) => status === 'healthy')
  // What is stopped in the middle must end with Ctrl-C as well.
  await finish('npm', 'run', 'shop:break', '--', 'legacy', 'freeze')
}

function untilTarget(visitor: Visitor, id: string, wanted: (target: Target) => boolean): Promise<Target> {
  return until(() => visitor.target(id), wanted, EVERY_MS + TIMEOUT_MS + ALLOWANCE_MS)
}

function untilTold(visitor: Visitor, incidentId: string, count: number): ReturnType<Visitor['notifications']> {
  return until(
    () => visitor.notifications(incidentId),
    (all) => all.filter(({ status }) => status !== 'pending').length >= count,
    ALLOWANCE_MS,
  )
}
