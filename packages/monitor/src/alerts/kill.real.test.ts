import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SEED } from '../../../../test/harness/seed.ts'
import { openFlippingTargets } from '../../test/kill/flipping-targets.ts'
import { startHale, type HaleProcess } from '../../test/kill/hale-process.ts'
import { seeded } from '../../test/kill/random.ts'
import { openReceiver, type Received, type Receiver } from '../../test/kill/receiver.ts'
import { findFaults, type Kept } from '../../test/kill/verdict.ts'
import type { Notification } from '../model.ts'
import { openStore } from '../store/open.ts'
import type { Store } from '../store/store.ts'

/** Each in a world of its own, both at once: a start takes most of a second of one core. */
const WORLDS = 2
/** At least; on a machine that is slow they are more, for of most lives there nobody is told anything. */
const KILLS_EACH = 26
/** Incidents that somebody was told of, before it may be well again: else the kills hit nothing that matters. */
const INCIDENTS_EACH = 26
const TARGETS = 24

interface Ordeal extends Kept {
  readonly received: readonly Received[]
  readonly kills: number
  /** How often it was killed before it could print its address. */
  readonly killedEarly: number
  readonly drainedMs: number
}

describe(`hale up, killed again and again (HALE_TEST_SEED=${SEED})`, () => {
  it('M3: over 50 times kill -9 at random points lose no notification, repeat only the same, and invert nothing', async () => {
    const began = performance.now()
    const ordeals = await Promise.all(Array.from({ length: WORLDS }, (_, world) => ordeal(SEED + 100 * world)))
    for (const each of ordeals) expect(findFaults(each, each.received)).toEqual([])

    const sum = (count: (each: Ordeal) => number): number => ordeals.reduce((total, each) => total + count(each), 0)
    const incidents = sum((each) => each.incidents.length)
    const digests = sum((each) => each.notifications.filter(({ message }) => message.kind === 'digest').length)
    const notifications = sum((each) => each.notifications.length) - digests
    const requests = sum((each) => each.received.length)
    const repeats = sum(
      ({ received }) => received.length - new Set(received.map(({ channel, key }) => `${channel} ${key}`)).size,
    )
    const early = sum((each) => each.killedEarly)
    console.log(
      `${sum(({ kills }) => kills)} kills, ${early} of them while it started, in ${Math.round((performance.now() - began) / 1_000)} s: ` +
        `${incidents} incidents, ${notifications} notifications, ${digests} digests, ` +
        `${requests} requests taken, ${repeats} of them repeats; outboxes drained in ` +
        ordeals.map(({ drainedMs }) => `${Math.round(drainedMs)} ms`).join(' and '),
    )
    // Else the kills hit nothing that matters.
    expect(incidents).toBeGreaterThan(50)
    expect(repeats).toBeGreaterThan(0)
    expect(digests).toBeGreaterThan(0)
    expect(early).toBeGreaterThan(0)
  }, 600_000)
})

/** Kills and starts one monitor, then lets it live until it has nothing left to tell. */
async function ordeal(seed: number): Promise<Ordeal> {
  const random = seeded(seed)
  const folder = await mkdtemp(join(tmpdir(), 'hale-kill-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await using receiver = await openReceiver(seeded(seed + 1), 0.03)
  await using targets = await openFlippingTargets(seeded(seed + 2))
  await writeFile(join(folder, 'hale.yaml'), configFor(targets.url, receiver.url))

  // A life with an end of its own, for only then what was compiled is kept: it halves what the others take to start.
  const first = start(folder)
  await first.ready
  first.child.kill('SIGINT')
  await first.ended

  let killedEarly = 0
  let kills = 0
  for (; kills < KILLS_EACH || toldOf(receiver) < INCIDENTS_EACH; kills += 1) {
    const hale = start(folder)
    if (!(await untilRandomPoint(hale, receiver, random))) killedEarly += 1
    hale.child.kill('SIGKILL')
    const { signal } = await hale.ended
    if (signal !== 'SIGKILL') throw new Error(`hale ended by itself:\n${hale.output()}`)
  }

  receiver.behave()
  targets.recover()
  const began = performance.now()
  const last = start(folder)
  await last.ready
  if (!last.isReady()) throw new Error(`hale did not start again:\n${last.output()}`)
  await using store = await openStore(`sqlite:${folder}`)
  await untilQuiet(store)
  const drainedMs = performance.now() - began
  last.child.kill('SIGINT')
  expect((await last.ended).code).toBe(0)
  return {
    ...(await readAll(store, join(folder, 'hale.db'))),
    received: receiver.received,
    kills,
    killedEarly,
    drainedMs,
  }
}

/** How many incidents came to the receiver. */
const toldOf = ({ received }: Receiver): number =>
  new Set(received.flatMap(({ messages }) => messages.map(({ incident }) => incident.id))).size

/** Returns whether the monitor had come to run by then. */
async function untilRandomPoint(hale: HaleProcess, receiver: Receiver, random: () => number): Promise<boolean> {
  const [kind, share] = [random(), random()]
  if (kind < 0.2) {
    await sleep(share * 1_000)
  } else if (kind < 0.6) {
    await hale.ready
    await sleep(share * 700)
  } else {
    // In the middle of a delivery: while it is under way, or just when its end is being written down.
    await Promise.race([receiver.nextRequest(), sleep(5_000)])
    await sleep(share * 50)
  }
  return hale.isReady()
}

/** Until everybody is well and everybody was told. */
async function untilQuiet(store: Store): Promise<void> {
  for (;;) {
    const open = await store.history.incidents({ open: true, limit: 1 })
    if (open.length === 0 && (await store.nextDelivery()) === undefined) return
    await sleep(50)
  }
}

async function readAll(store: Store, database: string): Promise<Kept> {
  using file = new DatabaseSync(database, { readOnly: true })
  // Pages list by time; a commit may hold what was found at several times, and its rows are numbered as they were made.
  const made = file.prepare('select key from notification order by notification_no').all() as { key: string }[]
  const places = new Map(made.map(({ key }, place) => [key, place]))
  const placeOf = ({ key }: Notification): number => places.get(key) ?? -1
  const found = await store.history.notifications({ limit: 1_000_000 })
  const incidents = await store.history.incidents({ limit: 1_000_000 })
  const stories = await Promise.all(incidents.map(({ id }) => store.history.incident(id)))
  return {
    notifications: found.map(({ notification }) => notification).toSorted((a, b) => placeOf(a) - placeOf(b)),
    incidents: stories.filter((story) => story !== undefined),
  }
}

function configFor(targets: string, receiver: string): string {
  const names = Array.from({ length: TARGETS }, (_, name) => name)
  return JSON.stringify({
    server: { port: 0 },
    store: '.',
    defaults: { every: '1s', timeout: '900ms' },
    channels: ['hook', 'pager'].map((name) => ({ name, kind: 'webhook', url: `${receiver}/${name}` })),
    targets: names.map((name) => ({ name: `t${name}`, kind: 'health', url: `${targets}/${name}` })),
  })
}

function start(folder: string): HaleProcess {
  const hale = startHale(folder)
  onTestFinished(() => void hale.child.kill('SIGKILL'))
  return hale
}
