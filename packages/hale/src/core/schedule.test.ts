import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../testing/fake-clock.ts'
import { Agenda } from './agenda.ts'
import { createSchedule } from './schedule.ts'

function setUp(everyMs: number, delayMs = 0) {
  const fake = createFakeClock()
  let lag = 0
  const calls: number[] = []
  const clock = { ...fake, now: () => fake.now() + lag }
  const task = { onDue: () => void calls.push(clock.now()) }
  const schedule = createSchedule({ agenda: new Agenda(clock), everyMs, firstAt: delayMs, task })
  /** Time passes without timers being served: the process is busy, or the machine asleep. */
  const sleep = (ms: number) => (lag += ms)
  return { calls, fake, schedule, sleep }
}

describe('createSchedule', () => {
  it('calls at a fixed rate after the delay', async () => {
    const { calls, fake } = setUp(100, 30)
    await fake.advance(330)
    expect(calls).toEqual([30, 130, 230, 330])
  })

  it('a late call puts off none after it', async () => {
    const { calls, fake, sleep } = setUp(100)
    await fake.advance(50)
    sleep(70)
    await fake.advance(250)
    expect(calls).toEqual([0, 170, 200, 300])
  })

  it('calls that were missed are skipped, not made up for', async () => {
    const { calls, fake, sleep } = setUp(100)
    await fake.advance(50)
    sleep(3_600_000)
    await fake.advance(250)
    expect(calls).toEqual([0, 3_600_100, 3_600_200, 3_600_300])
  })

  it('callNow starts the rhythm anew', async () => {
    const { calls, fake, schedule } = setUp(100, 80)
    await fake.advance(30)
    schedule.callNow()
    await fake.advance(120)
    expect(calls).toEqual([30, 130])
  })

  it('E15: stop leaves no timer', async () => {
    const { calls, fake, schedule } = setUp(100)
    await fake.advance(0)
    schedule.stop()
    await fake.advance('1h')
    expect(calls).toEqual([0])
    expect(fake.timers).toBe(0)
  })
})
