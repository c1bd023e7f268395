import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { createFakeClock } from '../testing/fake-clock.ts'
import type { CheckContext } from './check.ts'
import { createRunner, type TimeoutInfo } from './runner.ts'

function setUp(run: (context: CheckContext) => unknown) {
  const clock = createFakeClock()
  const started = vi.fn<(context: CheckContext) => unknown>(run)
  const runner = createRunner<unknown>({
    name: 'database',
    timeoutMs: 1_000,
    clock,
    run: started,
    onTimeout: (info: TimeoutInfo) => ({ timeout: info }),
    onThrow: (error) => ({ error }),
  })
  return { clock, runner, started }
}

/** A run that ends when the test says so. */
function byHand() {
  const runs: { resolve: (value: unknown) => void; reject: (error: unknown) => void; context: CheckContext }[] = []
  const run = (context: CheckContext) =>
    new Promise<unknown>((resolve, reject) => {
      runs.push({ resolve, reject, context })
    })
  return { runs, run }
}

describe('createRunner', () => {
  it('E6: tells of no negative duration, whatever a clock of the app does', async () => {
    const fake = createFakeClock()
    let behind = 0
    const clock = { ...fake, now: () => fake.now() - behind }
    const { runs, run } = byHand()
    const answers = { onTimeout: () => 'late', onThrow: () => 'thrown' }
    const runner = createRunner<unknown>({ name: 'database', timeoutMs: 1_000, clock, run, ...answers })
    const answer = runner.run()
    behind = 3_600_000
    runs[0]?.resolve('fine')
    expect(await answer).toMatchObject({ value: 'fine', durationMs: 0 })
  })

  it('gives the value with when it was there and how long it took', async () => {
    const { runs, run } = byHand()
    const { clock, runner } = setUp(run)
    const answer = runner.run()
    await clock.advance(40)
    runs[0]?.resolve('fine')
    expect(await answer).toEqual({ value: 'fine', at: { now: 40, wall: clock.wall() }, durationMs: 40 })
    expect(runner.live).toBe(false)
    expect(clock.timers).toBe(0)
  })

  it('answers a synchronous value without a timer', async () => {
    const { clock, runner } = setUp(() => 'fine')
    const answer = runner.run()
    expect(runner.live).toBe(false)
    expect(clock.timers).toBe(0)
    expect((await answer).value).toBe('fine')
  })

  it.each([
    ['thrown', () => raise()],
    ['rejected', () => Promise.resolve().then(raise)],
    ['thrown when it is looked at', () => new Proxy({}, { has: raise })],
  ])('turns what is %s into a value', async (_, run) => {
    const { runner, started } = setUp(run)
    expect((await runner.run()).value).toEqual({ error: new Error('broken') })
    expect(runner.live).toBe(false)
    await runner.run()
    expect(started).toHaveBeenCalledTimes(2)
  })

  it('E1: whoever asks while it runs shares the one run', async () => {
    const { runs, run } = byHand()
    const { runner, started } = setUp(run)
    const answers = [runner.run(), runner.run(), runner.run()]
    expect(started).toHaveBeenCalledOnce()
    runs[0]?.resolve('fine')
    const [first, ...others] = await Promise.all(answers)
    for (const other of others) expect(other).toBe(first)
    void runner.run()
    expect(started).toHaveBeenCalledTimes(2)
  })

  it('E1: a run that asks for itself starts no second one', async () => {
    const inner: Promise<unknown>[] = []
    const { runner, started } = setUp(() => {
      inner.push(runner.run())
      return 'fine'
    })
    const outer = await runner.run()
    expect(await inner[0]).toEqual(outer)
    expect(started).toHaveBeenCalledOnce()
  })

  it('E1: while a run hangs no second one starts, and who asks is answered at once', async () => {
    const { run } = byHand()
    const { clock, runner, started } = setUp(run)
    const first = runner.run()
    await clock.advance('1s')
    expect((await first).value).toEqual({ timeout: { timeoutMs: 1_000, hangingMs: 1_000 } })
    await clock.advance('4s')
    expect((await runner.run()).value).toEqual({ timeout: { timeoutMs: 1_000, hangingMs: 5_000 } })
    expect(started).toHaveBeenCalledOnce()
    expect(runner.live).toBe(true)
    expect(clock.timers).toBe(0)
  })

  it('E3: the answer comes at the timeout although the run ignores its signal', async () => {
    const { runs, run } = byHand()
    const { clock, runner } = setUp(run)
    const answered = vi.fn<(answer: unknown) => void>()
    void runner.run().then(answered)
    const signal = runs[0]?.context.signal
    await clock.advance(999)
    expect(answered).not.toHaveBeenCalled()
    expect(signal?.aborted).toBe(false)
    await clock.advance(1)
    expect(answered).toHaveBeenCalledOnce()
    expect(signal?.aborted).toBe(true)
    expect(signal?.reason).toHaveProperty('name', 'TimeoutError')
  })

  it('E3: a signal first read after the timeout is aborted', async () => {
    const { runs, run } = byHand()
    const { clock, runner } = setUp(run)
    void runner.run()
    await clock.advance('2s')
    expect(runs[0]?.context.signal.aborted).toBe(true)
  })

  it.each(['resolve', 'reject'] as const)('E3: a late %s is dropped, and the next run is a new one', async (how) => {
    const { runs, run } = byHand()
    const { clock, runner, started } = setUp(run)
    const first = runner.run()
    await clock.advance('3s')
    runs[0]?.[how]('too late')
    await clock.flush()
    expect((await first).value).toHaveProperty('timeout')
    expect(runner.live).toBe(false)
    const second = runner.run()
    expect(started).toHaveBeenCalledTimes(2)
    runs[1]?.resolve('fine')
    expect((await second).value).toBe('fine')
  })

  it('E1, E3: whatever happens in whatever order, one run at most is live and nobody waits longer than the timeout', async () => {
    const step = fc.oneof(
      fc.record({ ask: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ passMs: fc.integer({ min: 0, max: 1_500 }) }),
      fc.record({ end: fc.constantFrom('resolve', 'reject') }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { runs, run } = byHand()
        let live = 0
        const { clock, runner } = setUp(async (context) => {
          live++
          try {
            return await run(context)
          } finally {
            live--
          }
        })
        const waited: number[] = []
        let asked = 0
        const ask = async (): Promise<void> => {
          asked++
          const since = clock.now()
          const { at } = await runner.run()
          expect(at.now).toBe(clock.now())
          waited.push(clock.now() - since)
        }
        for (const each of steps) {
          if ('ask' in each) for (let n = 0; n < each.ask; n++) void ask()
          else if ('passMs' in each) await clock.advance(each.passMs)
          else runs.at(-1)?.[each.end]('an answer')
          await clock.flush()
          expect(live).toBeLessThanOrEqual(1)
          expect(runner.live).toBe(live === 1)
        }
        await clock.advance('1s')
        expect(waited).toHaveLength(asked)
        expect(Math.max(0, ...waited)).toBeLessThanOrEqual(1_000)
        expect(clock.timers).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  it('E6: a wall clock set back an hour leaves durations and timeouts as they are', async () => {
    const { run } = byHand()
    const { clock, runner } = setUp(run)
    const answer = runner.run()
    clock.setWall(clock.wall() - 3_600_000)
    await clock.advance('1s')
    expect(await answer).toMatchObject({ durationMs: 1_000 })
  })

  it('E15: close aborts the run, answers who waits, releases the timer and starts nothing more', async () => {
    const { runs, run } = byHand()
    const { clock, runner, started } = setUp(run)
    const answer = runner.run()
    const signal = runs[0]?.context.signal
    runner.close()
    expect(signal?.aborted).toBe(true)
    expect(clock.timers).toBe(0)
    expect((await answer).value).toHaveProperty('error.name', 'AbortError')
    expect((await runner.run()).value).toHaveProperty('error.name', 'AbortError')
    expect(started).toHaveBeenCalledOnce()
  })
})

function raise(): never {
  throw new Error('broken')
}
