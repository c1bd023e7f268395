import { defineCheck, type LocalCheck } from '../core/check.ts'
import { systemClock, type Clock } from '../core/clock.ts'
import { formatDuration, parseDuration, type Duration } from '../core/duration.ts'
import { degraded, healthy, unhealthy, type Result } from '../core/result.ts'
import { isClock, optional, required, type Rules } from '../core/rules.ts'
import { refuseMisuse } from './support/misuse.ts'

export interface HeartbeatOptions {
  /** The work must be done once within this, counted from the end of one run to the end of the next: `26h` for a nightly one. */
  readonly every: Duration
  /** Longest time that one run of the work may take. Default: no limit. */
  readonly maxDuration?: Duration
  /** When the work was last done, as the app has stored it. Default: unknown, and the time since the start counts. */
  readonly lastBeat?: Date
  /** Tells the time, in tests. Default: the process's own clock. */
  readonly clock?: Clock
}

/** Work of the app's own that is to be done at intervals, and the check that sees to it. */
export interface Heartbeat {
  /** For `createHealth({ checks: { import: nightly.check } })`. */
  readonly check: LocalCheck
  /** Does the work and notes when it began, when it ended and whether it failed. Resolves and rejects as the work does. */
  run<T>(work: () => T | Promise<T>): Promise<T>
  /** Notes that the work is done, for work that is done elsewhere. */
  beat(): void
}

const isLasting = (value: unknown): boolean => Number(parseDuration(value)) > 0

const RULES: Rules<HeartbeatOptions> = {
  every: required("a duration such as '26h'", isLasting),
  maxDuration: optional("a duration such as '2h'", isLasting),
  lastBeat: (date) =>
    date !== undefined && !(date instanceof Date && !Number.isNaN(date.getTime())) && 'is not a valid date',
  clock: optional('a clock', isClock),
}

/**
 * Whether work of the app's own is done when it should be: "The nightly import ran in the last 26 h and took less than
 * 2 h". What it knows it keeps in memory: after a restart the time since then counts, unless the app says when the work
 * was last done. Costs nothing: a few comparisons per run.
 *
 * Observed: ms since the work was last done, or since the start; ms that it took, when that is beyond its limit.
 *
 * Codes: `SLOW` is unhealthy while the work runs, degraded afterwards.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function heartbeat(options: HeartbeatOptions): Heartbeat {
  refuseMisuse('heartbeat', options, RULES)
  const { clock = systemClock, every, lastBeat, maxDuration } = options
  const everyMs = parseDuration(every) ?? 0
  const maxMs = parseDuration(maxDuration) ?? Infinity
  // Wall time is looked at once, here; from then on the monotonic clock counts (E6).
  const knownMs = lastBeat === undefined ? undefined : Math.max(0, clock.wall() - lastBeat.getTime())
  const running = new Set<{ readonly since: number }>()
  let doneAt = clock.now() - (knownMs ?? 0)
  let done = knownMs !== undefined
  let tookMs: number | undefined
  let failure: { readonly at: number; readonly name: string } | undefined

  const beat = (): void => {
    doneAt = clock.now()
    done = true
    failure = undefined
  }

  const judge = (): Result => {
    const now = clock.now()
    const agoMs = now - doneAt
    const runningMs = Math.max(0, ...[...running].map(({ since }) => now - since))
    const last = done
      ? `last done ${formatDuration(agoMs)} ago`
      : `not done since the start ${formatDuration(agoMs)} ago`
    const details = {
      observed: { value: Math.round(agoMs), unit: 'ms' },
      data: {
        running: running.size,
        ...(tookMs === undefined ? {} : { tookMs: Math.round(tookMs) }),
        ...(running.size === 0 ? {} : { runningMs: Math.round(runningMs) }),
      },
    }
    if (agoMs > everyMs) {
      const why =
        failure === undefined
          ? 'See whether it was started.'
          : `Its last run failed (${failure.name}); see the app's log.`
      return unhealthy('OVERDUE', `The work was ${last}, limit ${formatDuration(everyMs)}. ${why}`, details)
    }
    if (runningMs > maxMs) {
      const message = `The work has been running for ${formatDuration(runningMs)}, limit ${formatDuration(maxMs)}; ${last}. See what it waits for.`
      return unhealthy('SLOW', message, { ...details, observed: { value: Math.round(runningMs), unit: 'ms' } })
    }
    if (failure !== undefined) {
      const message = `The run of ${formatDuration(now - failure.at)} ago failed (${failure.name}); ${last}, limit ${formatDuration(everyMs)}. See the app's log.`
      return degraded('RUN_FAILED', message, details)
    }
    if (tookMs !== undefined && tookMs > maxMs) {
      const message = `The work took ${formatDuration(tookMs)}, limit ${formatDuration(maxMs)}; ${last}. See what it waited for.`
      return degraded('SLOW', message, { ...details, observed: { value: Math.round(tookMs), unit: 'ms' } })
    }
    return healthy(`The work was ${last}, limit ${formatDuration(everyMs)}.`, details)
  }

  return {
    check: defineCheck({ kind: 'heartbeat', scope: 'local', defaults: { impact: 'degrades' }, run: judge }),
    beat() {
      tookMs = undefined
      beat()
    },
    async run(work) {
      const run = { since: clock.now() }
      running.add(run)
      try {
        const value = await work()
        tookMs = clock.now() - run.since
        beat()
        return value
      } catch (error) {
        failure = { at: clock.now(), name: error instanceof Error ? error.name : typeof error }
        throw error
      } finally {
        running.delete(run)
      }
    },
  }
}
