import type { Clock } from '../core/clock.ts'
import { formatDuration, parseDuration, type Duration } from '../core/duration.ts'
import type { Health, Selection } from '../core/health.ts'
import type { CheckReport, Report } from '../core/report.ts'
import type { Status } from '../core/status.ts'
import type { FakeClock } from './fake-clock.ts'

/** What a health is expected to do. Every promise rejects with an error that tells what it did instead, and when. */
export interface HealthExpectation {
  /** That it has this status at once or gets it. */
  toTurn(status: Status): {
    /** @throws {RangeError} when `limit` is not a duration. */
    within(limit: Duration): Promise<void>
  }
  /** That it has this status, all the time. */
  toStay(status: Status): {
    /** @throws {RangeError} when `limit` is not a duration. */
    for(limit: Duration): Promise<void>
  }
}

/** Real milliseconds between two looks. */
const LOOK_EVERY_MS = 5

/**
 * Waits for what a health is expected to do, asking it as a probe would:
 *
 *     await expectHealth(health).toTurn('unhealthy').within('3s')
 *
 * On a {@link FakeClock} it moves the clock, from timer to timer, and takes no time; else it waits in real time. With real
 * sockets use the real clock: they do not wait for a fake one.
 *
 * @param selection what to look at: everything, a probe, or `{ check: 'database' }`. Default `all`.
 */
export function expectHealth(health: Health, selection: Selection = 'all'): HealthExpectation {
  return {
    toTurn: (status) => ({
      async within(limit) {
        const story = new Story(health, selection)
        await watch(story, limit, () => story.status === status)
        if (story.status !== status) throw story.complaint(`to turn ${status} within ${inWords(limit)}`)
      },
    }),
    toStay: (status) => ({
      async for(limit) {
        const story = new Story(health, selection)
        await watch(story, limit, () => story.status !== status)
        if (story.status !== status) throw story.complaint(`to stay ${status} for ${inWords(limit)}`)
      },
    }),
  }
}

/** Looks again and again until `isOver` or the limit. */
async function watch(story: Story, limit: Duration, isOver: () => boolean): Promise<void> {
  const ms = parseDuration(limit)
  if (ms === undefined) throw new RangeError(`expectHealth: ${JSON.stringify(limit)} is not a duration such as '3s'`)
  const { clock } = story.health
  const until = clock.now() + ms
  await story.look()
  while (!isOver() && clock.now() < until) {
    if (isFake(clock)) {
      const next = Math.min(clock.nextAt ?? Infinity, story.validUntil(), until)
      await clock.advance(Math.max(0, next - clock.now()) || 1)
    } else {
      await new Promise((resolve) => setTimeout(resolve, Math.min(LOOK_EVERY_MS, until - clock.now())))
    }
    await story.look()
  }
}

function isFake(clock: Clock): clock is FakeClock {
  return 'advance' in clock && 'nextAt' in clock
}

/** What was seen, look by look. */
class Story {
  readonly health: Health
  readonly #selection: Selection
  readonly #startedAt: number
  readonly #lines: string[] = []
  #told = ''
  #status: Status | undefined

  constructor(health: Health, selection: Selection) {
    this.health = health
    this.#selection = selection
    this.#startedAt = health.clock.now()
  }

  get status(): Status | undefined {
    return this.#status
  }

  validUntil(): number {
    return this.health.view(this.#selection).validUntil()
  }

  async look(): Promise<void> {
    const { clock } = this.health
    const view = this.health.view(this.#selection)
    void view.settle() // a request starts what is due; a check that fails is in the report, so this never rejects
    if (isFake(clock)) await clock.flush()
    const report = view.report()
    this.#status = report.status
    const line = describe(report)
    if (line === this.#told) return
    this.#told = line
    this.#lines.push(`  after ${formatDuration(clock.now() - this.#startedAt)}: ${line}`)
  }

  complaint(expected: string): Error {
    const subject = typeof this.#selection === 'string' ? this.#selection : this.#selection.check
    return new Error([`expected health (${subject}) ${expected}. It was:`, ...this.#lines].join('\n'))
  }
}

function describe({ status, checks }: Report): string {
  const parts = Object.entries<CheckReport>(checks).map(([name, check]) => {
    const why = [check.code, check.reason].filter((word) => word !== undefined && word !== '')
    return `${name} ${check.status}${why.length === 0 ? '' : ` (${why.join(', ')})`}`
  })
  return parts.length === 0 ? `${status}, without checks` : `${status}: ${parts.join('; ')}`
}

function inWords(limit: Duration): string {
  return formatDuration(parseDuration(limit) ?? 0)
}
