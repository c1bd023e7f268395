import { degraded, healthy, unhealthy, type Result } from '../../core/result.ts'
import { parseAmount, round } from './amount.ts'
import type { FieldProblems } from './misuse.ts'

/** Two limits of a measured value, in its unit; undefined: no limit. */
export interface Limits {
  readonly degraded: number | undefined
  readonly unhealthy: number | undefined
}

/** A part of a whole as a user writes it. */
export type Share = `${number}%`

/** What was measured, and what to say of it. */
export interface Measured {
  readonly value: number
  readonly unit: string
  /** A sentence without its full stop: what, where and how much. */
  readonly figures: string
  /** A sentence with its full stop: what to try when it is too much. */
  readonly advice: string
  readonly data?: Result['data']
}

/** Judges a value that is better the smaller it is: pure. Beyond a limit the code is `THRESHOLD_EXCEEDED`. */
export function judgeLevel({ advice, data, figures, unit, value }: Measured, limits: Limits): Result {
  const details = { observed: { value: round(value), unit }, ...(data === undefined ? {} : { data }) }
  for (const [judge, limit] of [
    [unhealthy, limits.unhealthy],
    [degraded, limits.degraded],
  ] as const) {
    if (limit === undefined || value <= limit) continue
    return judge('THRESHOLD_EXCEEDED', `${figures}, limit ${round(limit)} ${unit}. ${advice}`, details)
  }
  return healthy(`${figures}.`, details)
}

/** Limits that a user gave, with what is wrong with them for {@link refuseMisuse}. */
export interface ReadLimits {
  readonly limits: Limits
  readonly problems: FieldProblems
}

type Given = { readonly [Name in keyof Limits]?: unknown }

/** Reads shares such as `85%`; the limits are in %. */
export function readShares(given: Given): ReadLimits {
  return readLimits(given, toPercent, "a share such as '85%'")
}

/** Reads plain numbers above 0. */
export function readNumbers(given: Given): ReadLimits {
  const read = (value: unknown) => (typeof value === 'number' && value > 0 && value < Infinity ? value : undefined)
  return readLimits(given, read, 'a number above 0')
}

function toPercent(value: unknown): number | undefined {
  const amount = parseAmount(value)
  return amount !== undefined && 'share' in amount ? amount.share * 100 : undefined
}

function readLimits(given: Given, read: (value: unknown) => number | undefined, meant: string): ReadLimits {
  const limits = { degraded: read(given.degraded), unhealthy: read(given.unhealthy) }
  const wrong = (field: keyof Limits): string | false =>
    given[field] !== undefined && limits[field] === undefined && `${JSON.stringify(given[field])} is not ${meant}`
  const crossed = (limits.degraded ?? 0) > (limits.unhealthy ?? Infinity)
  return {
    limits,
    problems: {
      degraded:
        wrong('degraded') ||
        (crossed && `${String(given.degraded)} must not be above unhealthy, ${String(given.unhealthy)}`),
      unhealthy: wrong('unhealthy'),
    },
  }
}
