import { describe, expect, it } from 'vitest'
import type { CheckContext } from '../../core/check.ts'
import { healthy, unhealthy, type Result } from '../../core/result.ts'
import { createFakeClock } from '../../testing/fake-clock.ts'
import { inTime, oneAtATime } from './in-time.ts'

const clock = createFakeClock()
const context = (signal = new AbortController().signal): CheckContext => ({
  clock,
  signal,
  name: 'x',
  timeoutMs: 1_000,
})
const never = new Promise<Result>(() => {})
const late = () => unhealthy('POOL_EXHAUSTED', 'late')

describe('inTime', () => {
  it('gives the answer and lets go of its timer (E15)', async () => {
    await expect(inTime(context(), Promise.resolve(healthy()), late)).resolves.toEqual(healthy())
    await expect(inTime(context(), Promise.reject(new Error('no')), late)).rejects.toThrow('no')
    expect(clock.timers).toBe(0)
  })

  it('E3: answers 50 ms before the runner would', async () => {
    let answered: Result | undefined
    void inTime(context(), never, late).then((result) => (answered = result))
    await clock.advance(949)
    expect(answered).toBeUndefined()
    await clock.advance(1)
    expect(answered).toEqual(late())
  })

  it('gives up when its signal is aborted, before or meanwhile', async () => {
    await expect(inTime(context(AbortSignal.abort()), never, late)).resolves.toEqual(late())
    const controller = new AbortController()
    const answer = inTime(context(controller.signal), never, late)
    controller.abort()
    await expect(answer).resolves.toEqual(late())
    expect(clock.timers).toBe(0)
  })
})

describe('oneAtATime', () => {
  it('E1: asks nothing new while a question is under way, and goes on after it failed', async () => {
    let asked = 0
    const waiting: (() => void)[] = []
    const ask = oneAtATime(
      () =>
        new Promise<never>((_, reject) => {
          asked++
          waiting.push(() => reject(new Error(`answer ${asked}`)))
        }),
    )
    const first = [ask(), ask(), ask()]
    expect(asked).toBe(1)
    waiting[0]?.()
    for (const answer of first) await expect(answer).rejects.toThrow('answer 1')
    const next = ask()
    expect(asked).toBe(2)
    waiting[1]?.()
    await expect(next).rejects.toThrow('answer 2')
  })
})
