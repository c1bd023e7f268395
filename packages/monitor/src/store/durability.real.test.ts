import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { leaseOf, spec, START, TTL } from './conformance/rows.ts'
import { openSqliteStore } from './sqlite/sqlite.ts'

const KILLS = 20
const WRITER = fileURLToPath(new URL('conformance/writer.ts', import.meta.url))

/** Lets a writer commit for a while, kills it with SIGKILL, and returns the last tick that it had acknowledged. */
async function writeUntilKilled(path: string, wall: number, ms: number): Promise<number> {
  const writer = spawn(process.execPath, [WRITER, path, String(wall)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  writer.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const ended = once(writer, 'close')
  await Promise.race([once(writer.stdout, 'data'), ended])
  await wait(ms)
  writer.kill('SIGKILL')
  const [, signal] = (await ended) as [number | null, NodeJS.Signals | null]
  expect(signal).toBe('SIGKILL')
  return Number(said.trimEnd().split('\n').at(-1))
}

describe('durability', () => {
  it(`M3: after ${KILLS} kill -9 in the middle of commits, every acknowledged tick is there, whole, and nothing half`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hale-kill-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const path = join(folder, 'hale.db')
    let wall = START
    const clock = { wall: () => wall }
    const first = await openSqliteStore({ path, clock })
    await first.roster.sync([spec('orders')])
    await first[Symbol.asyncDispose]()

    for (let kill = 0; kill < KILLS; kill += 1) {
      const acknowledged = await writeUntilKilled(path, wall, Math.random() * 120)
      wall += TTL
      const store = await openSqliteStore({ path, clock })
      const worker = `reader-${kill}`
      const { lease, series } = await leaseOf(store, worker, 'orders')
      const image = await store.loadShard(lease)
      const ticks = image.tick + 1
      // The one that was being committed when the writer died may be there or not.
      expect([acknowledged, acknowledged + 1]).toContain(image.tick)

      const { owned } = await store.renewAndClaim(worker, TTL)
      const images = await Promise.all(owned.map((each) => store.loadShard(each)))
      expect(new Set(images.map(({ tick }) => tick))).toEqual(new Set([image.tick]))
      const { history } = store
      expect(await history.samples([series], 0, Infinity)).toHaveLength(ticks)
      expect(await history.intervals([series], 0, Infinity)).toHaveLength(ticks)
      expect(await history.incidents({ limit: 1_000_000 })).toHaveLength(ticks)
      expect(await history.rollups(series, 0, Infinity)).toHaveLength(ticks)
      expect(await history.notifications({ limit: 1_000_000 })).toHaveLength(ticks)
      expect(image.states.get(series)?.facts).toEqual({ tick: image.tick })
      expect(image.incidents).toMatchObject([{ incident: { id: `${image.tick}` }, events: 1, notifications: 1 }])
      await store.release(
        worker,
        owned.map(({ shard }) => shard),
      )
      await store[Symbol.asyncDispose]()
    }
  }, 600_000)
})
