import type { Announcement } from './announcement.ts'
import type { Code } from './codes.ts'
import type { CheckDurations } from './durations.ts'
import type { Impact } from './policy.ts'
import type { Observed } from './result.ts'
import type { Status } from './status.ts'

/** Who the report is about. */
export interface Service {
  readonly name: string
  readonly version?: string
}

/** What a check has done since it was registered. */
export interface CheckTotals {
  /** Runs that were judged; those that a condition skipped are none. */
  readonly runs: number
  /** Runs that found it unhealthy or unknown, believed or not. */
  readonly failures: number
  /** Milliseconds of all runs together; one that takes longer than its timeout counts as that. */
  readonly durationMs: number
}

/** One check's line in a report: what is believed of it, and what that rests on. */
export interface CheckReport {
  readonly status: Status
  readonly kind?: string
  readonly code?: Code
  readonly message?: string
  readonly observed?: Observed
  readonly data?: Readonly<Record<string, unknown>>
  /** Wall time (ms since 1970) since which the status is what it is. */
  readonly since?: number
  /** Wall time (ms since 1970) at which its maintenance ends by itself. */
  readonly until?: number
  /** Wall time (ms since 1970) of the last answer. */
  readonly checkedAt?: number
  /** Milliseconds since the last answer, when the report was rendered. */
  readonly ageMs?: number
  /** Milliseconds the last run took. */
  readonly durationMs?: number
  /** How long its runs take; shown for dependencies from the second run on, when detail is asked for. */
  readonly durations?: CheckDurations
  readonly consecutiveFailures?: number
  /** How often its status has changed since it was registered; shown when detail is asked for. */
  readonly transitions?: number
  /** Counted since it was registered; shown when detail is asked for. */
  readonly totals?: CheckTotals
  readonly impact?: Impact
  /** Which gate decided the status, in words. */
  readonly reason?: string
  readonly tags?: readonly string[]
  readonly runbook?: string
  /** Affected parts below this one, for documents that nest. */
  readonly checks?: Readonly<Record<string, CheckReport>>
}

/** The states of a set of checks and their aggregate. What formats write, and what reading a document gives back. */
export interface Report<Name extends string = string> {
  readonly status: Status
  readonly service?: Service
  /** Code of the whole, when it has one of its own. */
  readonly code?: Code
  /** One line for a person, when the whole has something to say of its own. */
  readonly message?: string
  /** Wall time (ms since 1970) at which the report was made. */
  readonly at?: number
  /** Wall time (ms since 1970) at which the maintenance of the whole ends by itself. */
  readonly until?: number
  /** Seconds after which asking again makes sense, when in maintenance. */
  readonly retryAfterS?: number
  /** What the app tells of itself, for those who watch it. */
  readonly announced?: Announcement
  readonly checks: Readonly<Record<Name, CheckReport>>
}
