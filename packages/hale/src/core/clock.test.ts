import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, expect, it, vi } from 'vitest'
import { systemClock } from './clock.ts'

afterEach(() => void vi.restoreAllMocks())

it('E6: the system clock goes on when the wall clock is set back or forward', () => {
  const before = systemClock.now()
  for (const hours of [-1, 1]) {
    vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(2026, 0, 1) + hours * 3_600_000)
    expect(systemClock.now() - before).toBeGreaterThanOrEqual(0)
    expect(systemClock.now() - before).toBeLessThan(3_600_000)
  }
  expect(systemClock.wall()).toBe(Date.UTC(2026, 0, 1) + 3_600_000)
})

/** As a computation without a pause, or a machine that is stopped, holds up the event loop. */
function standStill(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

const passed = (ms: number): Promise<void> => new Promise((resolve) => void systemClock.after(ms, resolve))

it('E3: after the process stood still, what has come meanwhile is heard first', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [socket] = (await once(server, 'connection')) as [Socket]
  const heard: string[] = []
  socket.on('data', () => heard.push('answer'))
  // No turn of the event loop between these: both the answer and the end of the time wait for the next one.
  const over = new Promise<void>((resolve) => {
    systemClock.after(5, () => {
      heard.push('time is over')
      resolve()
    })
  })
  client.write('x')
  standStill(100)
  await over
  expect(heard).toEqual(['answer', 'time is over'])
  client.destroy()
  server.close()
})

it('E3: times end in the order of their ends, also after the process stood still', async () => {
  // Node would think of this one's end when it comes to the other that takes as long.
  systemClock.after(60, () => {}).cancel()
  await passed(20)
  const ended: number[] = []
  const times = [60, 50, 55].map((ms) => passed(ms).then(() => ended.push(ms)))
  standStill(150)
  await Promise.all(times)
  expect(ended).toEqual([50, 55, 60])
})

it('E15: is cancelled at any time, also when it is over and waits for its turn', async () => {
  const fired: string[] = []
  const first = systemClock.after(5, () => {
    fired.push('first')
    first.cancel()
    second.cancel()
  })
  const second = systemClock.after(6, () => fired.push('second'))
  const third = passed(7)
  standStill(50)
  await third
  await passed(20)
  expect(fired).toEqual(['first'])
})
