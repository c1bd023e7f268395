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
  function questions() {
    const waiting: ((error: Error) => void)[] = []
    const ask = oneAtATime(() => new Promise<never>((_, reject) => waiting.push(reject)))
    return { ask: () => ask(context()), waiting }
  }

  it('E1: asks nothing new while a question is under way, and goes on after it failed', async () => {
    const { ask, waiting } = questions()
    const first = [ask(), ask(), ask()]
    expect(waiting).toHaveLength(1)
    waiting[0]?.(new Error('answer 1'))
    for (const answer of first) await expect(answer).rejects.toThrow('answer 1')
    const next = ask()
    expect(waiting).toHaveLength(2)
    waiting[1]?.(new Error('answer 2'))
    await expect(next).rejects.toThrow('answer 2')
  })

  it('E12: gives a lost question up after three timeouts, the next after six and so on, and never gives up asking', async () => {
    const { ask, waiting } = questions()
    const startedAt = clock.now()
    const answers = [ask()]
    const askedAt = [0]
    for (let second = 0; second < 200; second++) {
      await clock.advance('1s')
      answers.push(ask())
      if (waiting.length > askedAt.length) askedAt.push((clock.now() - startedAt) / 1_000)
    }
    expect(askedAt).toEqual([0, 4, 11, 24, 49, 98, 195])
    for (const fail of waiting) fail(new Error('gone'))
    await Promise.allSettled(answers)
    void ask().catch(() => {})
    expect(waiting).toHaveLength(8)
  })

  it('E12: hears of the recovery though earlier questions are lost for good', async () => {
    let asked = 0
    const ask = oneAtATime(() => ((asked += 1) < 5 ? new Promise<string>(() => {}) : Promise.resolve('well')))
    void ask(context())
    for (let second = 0; second < 49; second++) {
      await clock.advance('1s')
      void ask(context())
    }
    await expect(ask(context())).resolves.toBe('well')
  })
})
