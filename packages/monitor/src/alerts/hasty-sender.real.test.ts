import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import type { SenderOrders } from '../../test/kill/hasty-sender.ts'
import { seeded } from '../../test/kill/random.ts'
import { openReceiver } from '../../test/kill/receiver.ts'
import { findFaults } from '../../test/kill/verdict.ts'
import { openSqliteStore } from '../store/sqlite/sqlite.ts'

const SENDER = fileURLToPath(new URL('../../test/kill/hasty-sender.ts', import.meta.url))
/** Longer than a lock: each life of the sender begins when the locks of the one before have lapsed. */
const BETWEEN_LIVES_MS = 31_000
const KILLS = 12

it('M3: the verdict on what killed senders sent finds one that marks before it sends', async () => {
  const random = seeded(1)
  const folder = await mkdtemp(join(tmpdir(), 'hale-hasty-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const database = join(folder, 'hale.db')
  await using receiver = await openReceiver(seeded(2))

  // The next ones load their code while one is at work.
  const waiting = Array.from({ length: 3 }, start)
  for (let life = 1; life <= KILLS; life += 1) {
    waiting.push(start())
    const sender = waiting.shift() as Sender
    obey(sender, { database, url: receiver.url, seed: life, aheadMs: life * BETWEEN_LIVES_MS, task: 'produce' })
    await once(sender.stdout, 'readable')
    await sleep(random() * 300)
    sender.kill('SIGKILL')
    await once(sender, 'close')
  }
  const last = waiting.shift() as Sender
  obey(last, { database, url: receiver.url, seed: 0, aheadMs: (KILLS + 2) * BETWEEN_LIVES_MS, task: 'drain' })
  expect(await once(last, 'close')).toEqual([0, null])

  await using store = await openSqliteStore({ path: database })
  const found = await store.history.notifications({ limit: 1_000_000 })
  const notifications = found.map(({ notification }) => notification).toReversed()
  const faults = findFaults({ notifications, incidents: [] }, receiver.received)
  expect(faults.filter((fault) => fault.startsWith('lost:')).length).toBeGreaterThan(0)
}, 120_000)

type Sender = ChildProcessByStdio<Writable, Readable, null>

function start(): Sender {
  const child = spawn(process.execPath, [SENDER], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

function obey(sender: Sender, orders: SenderOrders): void {
  sender.stdin.end(JSON.stringify(orders))
}
