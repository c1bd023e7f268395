import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { seeded } from '../../test/kill/random.ts'
import { openReceiver, type Received } from '../../test/kill/receiver.ts'
import type { SenderOrders } from '../../test/kill/sender.ts'
import { findFaults } from '../../test/kill/verdict.ts'
import type { Notification } from '../model.ts'
import { openSqliteStore } from '../store/sqlite/sqlite.ts'

const SENDER = fileURLToPath(new URL('../../test/kill/sender.ts', import.meta.url))
/** Longer than a lock: each life of the sender begins when the locks of the one before have lapsed. */
const BETWEEN_LIVES_MS = 31_000
const SEED = Number(process.env['HALE_TEST_SEED'] ?? Math.floor(Math.random() * 1_000_000))

interface Ordeal {
  readonly notifications: readonly Notification[]
  readonly received: readonly Received[]
  /** Commits that the sender had confirmed before it was killed. */
  readonly confirmed: readonly string[]
}

describe(`a sender that is killed again and again (HALE_TEST_SEED=${SEED})`, () => {
  it('M3: 50 times kill -9 at random points lose no notification, repeat only the same, and invert nothing', async () => {
    const { notifications, received, confirmed } = await ordeal({
      kills: 50,
      kindReceiver: false,
      markBeforeSend: false,
    })
    const digests = notifications.filter(({ message }) => message.kind === 'digest').length
    const repeats = received.length - new Set(received.map(({ channel, key }) => `${channel} ${key}`)).size
    console.log(
      `50 kills: ${confirmed.length} commits confirmed, ${notifications.length - digests} notifications, ` +
        `${digests} digests, ${received.length} requests taken, ${repeats} of them repeats`,
    )
    expect(findFaults(notifications, received)).toEqual([])
    const made = new Set(notifications.map(({ key }) => key))
    expect(confirmed.filter((key) => !made.has(key))).toEqual([])
    // Else the kills hit nothing that matters.
    expect(confirmed.length).toBeGreaterThan(100)
    expect(repeats).toBeGreaterThan(0)
    expect(digests).toBeGreaterThan(0)
  }, 180_000)

  it('M3: the same ordeal finds a sender that marks before it sends', async () => {
    const { notifications, received } = await ordeal({ kills: 15, kindReceiver: true, markBeforeSend: true })
    const faults = findFaults(notifications, received)
    expect(faults.filter((fault) => fault.startsWith('lost:')).length).toBeGreaterThan(0)
  }, 180_000)
})

async function ordeal(options: {
  readonly kills: number
  readonly kindReceiver: boolean
  readonly markBeforeSend: boolean
}): Promise<Ordeal> {
  const random = seeded(SEED)
  const folder = await mkdtemp(join(tmpdir(), 'hale-kill-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const database = join(folder, 'hale.db')
  await using receiver = await openReceiver(seeded(SEED + 1), { kind: options.kindReceiver })

  const confirmed: string[] = []
  let life = 0
  const orders = (task: SenderOrders['task']): SenderOrders => {
    life += 1
    const { markBeforeSend } = options
    return { database, url: receiver.url, seed: SEED + life, aheadMs: life * BETWEEN_LIVES_MS, task, markBeforeSend }
  }
  // The next ones load their code while one is at work.
  const waiting = Array.from({ length: 3 }, start)
  const employ = (given: SenderOrders): Sender => {
    waiting.push(start())
    const sender = waiting.shift() as Sender
    sender.stdin.end(JSON.stringify(given))
    return sender
  }
  while (life < options.kills) {
    const sender = employ(orders('produce'))
    const said = text(sender.stdout)
    await once(sender.stdout, 'readable')
    await sleep(random() * 300)
    sender.kill('SIGKILL')
    await once(sender, 'close')
    expect(sender.signalCode).toBe('SIGKILL')
    // The last line may be cut off.
    confirmed.push(
      ...(await said)
        .split('\n')
        .slice(1, -1)
        .flatMap((line) => line.split(' ')),
    )
  }

  receiver.behave()
  const last = employ({ ...orders('drain'), aheadMs: life * BETWEEN_LIVES_MS + 600_000 })
  const [code] = (await once(last, 'close')) as [number | null]
  expect(code).toBe(0)

  await using store = await openSqliteStore({ path: database })
  const found = await store.history.notifications({ limit: 1_000_000 })
  return { notifications: found.map(({ notification }) => notification), received: receiver.received, confirmed }
}

type Sender = ChildProcessByStdio<Writable, Readable, null>

function start(): Sender {
  const child = spawn(process.execPath, [SENDER], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}
