import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFakeClock, type FakeClock } from '../../testing/fake-clock.ts'
import type { Delivery } from './delivery.ts'
import { PushQueue, type PushQueueOptions } from './push-queue.ts'

interface SetUp {
  readonly clock: FakeClock
  readonly queue: PushQueue<number>
  readonly batches: (readonly number[])[]
  readonly problems: string[]
}

type Answer = Delivery['outcome'] | 'throw' | 'hang'

function setUp(answers: readonly Answer[] = [], options: Partial<PushQueueOptions<number>> = {}): SetUp {
  const clock = createFakeClock()
  const batches: (readonly number[])[] = []
  const problems: string[] = []
  let next = 0
  const queue = new PushQueue<number>({
    clock,
    random: () => 0,
    capacity: () => 100,
    batchSize: 10,
    windowMs: 1_000,
    timeoutMs: 5_000,
    async deliver(batch) {
      batches.push(batch)
      const outcome = answers[next++] ?? 'taken'
      if (outcome === 'hang') return new Promise(() => undefined)
      if (outcome === 'throw') throw new Error('thrown')
      return outcome === 'taken' ? { outcome } : { outcome, why: outcome }
    },
    onProblem: (why, then) => problems.push(`${why}: ${then}`),
    ...options,
  })
  return { clock, queue, batches, problems }
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

describe('a push queue', () => {
  it('waits a window for others to go with the first, and no longer than until a batch is full', async () => {
    const { batches, clock, queue } = setUp()
    queue.push(0)
    await clock.advance(999)
    expect(batches).toEqual([])
    queue.push(1)
    await clock.advance(1)
    expect(batches).toEqual([[0, 1]])
    for (const item of upTo(10)) queue.push(item)
    await clock.advance(0)
    expect(batches[1]).toEqual(upTo(10))
    expect(queue.figures).toEqual({ sent: 12, dropped: 0, queued: 0 })
    expect(clock.timers).toBe(0)
  })

  it('tries again after 1, 2, 4 … 60 s, and then in order', async () => {
    const { batches, clock, problems, queue } = setUp(Array.from({ length: 8 }, () => 'retry' as const))
    queue.push(0)
    await clock.advance(1_000)
    queue.push(1)
    const waits: number[] = []
    for (let seen = clock.now(); batches.length < 9; seen = clock.now()) {
      await clock.advance((clock.nextAt ?? Infinity) - clock.now())
      waits.push((clock.now() - seen) / 1_000)
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
    expect(batches.at(-1)).toEqual([0, 1])
    expect(problems[0]).toBe('retry: trying again in 1 s')
    expect(queue.figures).toEqual({ sent: 2, dropped: 0, queued: 0 })
  })

  it('waits as long as it is asked to, ten minutes at most', async () => {
    const asked = [30_000, 86_400_000]
    const { batches, clock, queue } = setUp([], {
      async deliver(batch) {
        batches.push(batch)
        const afterMs = asked.shift()
        return afterMs === undefined ? { outcome: 'taken' } : { outcome: 'retry', why: '429', afterMs }
      },
    })
    queue.push(0)
    await clock.advance(1_000)
    await clock.advance(29_999)
    expect(batches).toHaveLength(1)
    await clock.advance(1)
    expect(batches).toHaveLength(2)
    await clock.advance('10m')
    expect(queue.figures.sent).toBe(1)
  })

  it('drops the oldest when it is full, and counts them', async () => {
    const { batches, clock, queue } = setUp(['retry'], { capacity: () => 20 })
    for (const item of upTo(10)) queue.push(item)
    await clock.advance(0)
    for (const item of upTo(15)) queue.push(100 + item)
    expect(queue.figures).toEqual({ sent: 0, dropped: 5, queued: 20 })
    await clock.advance('1s')
    expect(batches[1]).toEqual([5, 6, 7, 8, 9, 100, 101, 102, 103, 104])
  })

  it('halves what is too large until it fits, and drops a single item that never will', async () => {
    const { batches, clock, queue, problems } = setUp(['too-large', 'too-large', 'too-large', 'too-large'])
    for (const item of upTo(10)) queue.push(item)
    await clock.advance('1m')
    expect(batches.slice(0, 5).map(({ length }) => length)).toEqual([10, 5, 3, 2, 1])
    expect(queue.figures).toEqual({ sent: 10, dropped: 0, queued: 0 })
    expect(problems).toEqual([])
    const { clock: time, queue: one } = setUp(['too-large'])
    one.push(0)
    await time.advance('1m')
    expect(one.figures).toEqual({ sent: 0, dropped: 1, queued: 0 })
  })

  it('gives a delivery that hangs up after its timeout, and aborts it', async () => {
    let aborted = false
    const { clock, queue } = setUp([], {
      deliver: (_batch, signal) =>
        new Promise(() => {
          signal.addEventListener('abort', () => (aborted = true))
        }),
    })
    queue.push(0)
    await clock.advance('6s')
    expect(aborted).toBe(true)
    expect(queue.figures.queued).toBe(1)
  })

  it('flushes on close without waiting, and drops what is left after its grace', async () => {
    const kept = setUp(['retry'])
    kept.queue.push(0)
    await kept.clock.advance('1s')
    await kept.queue.close(5_000)
    expect(kept.queue.figures).toEqual({ sent: 1, dropped: 0, queued: 0 })

    const lost = setUp(['hang'])
    lost.queue.push(0)
    const closed = lost.queue.close(2_000)
    await lost.clock.advance('2s')
    await closed
    await lost.clock.flush()
    lost.queue.push(1)
    expect(lost.queue.figures).toEqual({ sent: 0, dropped: 2, queued: 0 })
    expect(lost.clock.timers).toBe(0)
  })

  it('takes a random half at most off the time between tries, so that many do not come back together', async () => {
    const waits: number[] = []
    for (const random of [0, 0.5, 0.999]) {
      const { batches, clock, queue } = setUp(['retry', 'retry'], { random: () => random })
      queue.push(0)
      await clock.advance('1s')
      await clock.advance((clock.nextAt ?? Infinity) - clock.now())
      const before = clock.now()
      await clock.advance((clock.nextAt ?? Infinity) - before)
      waits.push(Math.round(clock.now() - before))
      expect(batches).toHaveLength(3)
    }
    expect(waits).toEqual([2_000, 1_500, 1_001])
  })

  it('lets nobody ask for a shorter wait than its own, and begins anew with 1 s after what was taken', async () => {
    const answers: Delivery[] = [
      { outcome: 'retry', why: '429', afterMs: 0 },
      { outcome: 'retry', why: '429', afterMs: 1 },
      { outcome: 'taken' },
      { outcome: 'retry', why: '429', afterMs: 0 },
    ]
    const { clock, problems, queue } = setUp([], { deliver: async () => answers.shift() ?? { outcome: 'taken' } })
    queue.push(0)
    await clock.advance('10s')
    queue.push(1)
    await clock.advance('10s')
    expect(problems).toEqual(['1', '2', '1'].map((seconds) => `429: trying again in ${seconds} s`))
    expect(queue.figures.sent).toBe(2)
  })

  it('does not try sooner for whatever is pushed, and tries all at once when it is told to flush, but once', async () => {
    const { batches, clock, queue } = setUp(Array.from({ length: 9 }, () => 'retry' as const))
    for (const item of upTo(30)) queue.push(item)
    await clock.advance(0)
    expect(batches).toHaveLength(1)
    for (const item of upTo(30)) queue.push(item)
    await clock.advance(999)
    expect(batches).toHaveLength(1)
    await queue.flush()
    expect(batches).toHaveLength(2)
    expect(queue.figures).toEqual({ sent: 0, dropped: 0, queued: 60 })
  })

  it('sends more at once again when smaller batches were taken', async () => {
    const { batches, clock, queue } = setUp(['too-large', 'too-large'])
    for (const item of upTo(40)) queue.push(item)
    await clock.advance('1m')
    expect(batches.map(({ length }) => length)).toEqual([10, 5, 3, 6, 10, 10, 10, 1])
  })

  it('is closed at once when it is put off for long, and says what is lost, once', async () => {
    const { batches, clock, problems, queue } = setUp([], {
      async deliver(batch) {
        batches.push(batch)
        return { outcome: 'retry', why: '503', afterMs: 300_000 }
      },
    })
    queue.push(0)
    await clock.advance('1s')
    const closed = queue.close(5_000)
    expect(queue.close(1)).toBe(closed)
    await closed
    expect(clock.timers).toBe(0)
    expect(batches).toHaveLength(2)
    expect(problems).toEqual([
      '503: trying again in 300 s',
      '503: giving up',
      'closed: dropped 1 item that could not be sent before',
    ])
    expect(queue.figures).toEqual({ sent: 0, dropped: 1, queued: 0 })
  })

  it('holds no more than its capacity, however much is pushed', async () => {
    const capacity = 10_000
    const { batches, clock, queue } = setUp(['hang'], { capacity: () => capacity })
    for (const item of upTo(100_000)) queue.push(item)
    expect(queue.figures).toEqual({ sent: 0, dropped: 90_000, queued: capacity })
    await clock.advance(0)
    expect(batches).toEqual([upTo(10).map((item) => 90_000 + item)])
  })

  it('sets no timer anew for what is pushed while a full batch waits for its turn', async () => {
    const fake = createFakeClock()
    let timers = 0
    const after: FakeClock['after'] = (ms, callback) => {
      timers++
      return fake.after(ms, callback)
    }
    const { batches, queue } = setUp([], { clock: { ...fake, after } })
    for (const item of upTo(90)) queue.push(item)
    // One for the first item's window, one for the full batch.
    expect(timers).toBe(2)
    await fake.advance(0)
    expect(batches[0]).toEqual(upTo(10))
  })

  it('E15: loses count of nothing, exceeds no bound, keeps order, and leaves no timer, whatever happens', async () => {
    const action = fc.oneof(
      fc.record({ push: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ advance: fc.integer({ min: 0, max: 20_000 }) }),
      fc.constant({ flush: true }),
    )
    const answer = fc.constantFrom<Answer>('taken', 'taken', 'retry', 'too-large', 'refused', 'throw', 'hang')
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { maxLength: 15 }),
        fc.array(answer, { maxLength: 30 }),
        fc.integer({ min: 1, max: 40 }),
        async (actions, answers, capacity) => {
          const { batches, clock, queue } = setUp(answers, { capacity: () => capacity })
          let pushed = 0
          const check = (): void => {
            const { dropped, queued, sent } = queue.figures
            expect(sent + dropped + queued).toBe(pushed)
            expect(queued).toBeLessThanOrEqual(capacity)
          }
          for (const act of actions) {
            if ('push' in act) {
              for (let i = 0; i < act.push; i++) {
                queue.push(pushed++)
                check()
              }
            } else if ('advance' in act) await clock.advance(act.advance)
            else void queue.flush()
            check()
          }
          const closed = queue.close(1_000)
          await clock.advance('10s')
          await closed
          check()
          expect(queue.figures.queued).toBe(0)
          expect(clock.timers).toBe(0)
          for (const batch of batches) {
            expect(batch.length).toBeLessThanOrEqual(10)
            expect(batch).toEqual(batch.toSorted((a, b) => a - b))
          }
        },
      ),
      { numRuns: 200 },
    )
  })
})
