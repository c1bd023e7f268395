import { parseDuration } from '../../core/duration.ts'
import type { Code } from '../../core/codes.ts'
import { degraded, healthy, unhealthy, type Result } from '../../core/result.ts'
import { parseAmount, round, toBytes, type ReadAmount } from './amount.ts'

/** Two limits of a measured value, in its unit; undefined: no limit. */
export interface Limits<Limit = number> {
  readonly degraded: Limit | undefined
  readonly unhealthy: Limit | undefined
}

/** A part of a whole as a user writes it. */
export type Share = `${number}%` | (string & {})

/** A limit that a value is beyond, and the status that this brings. */
export interface Exceeded {
  readonly judge: typeof degraded
  readonly limit: number
}

/** The worse of the limits that a value is beyond; undefined when it keeps them. */
export function exceeded(value: number, limits: Limits): Exceeded | undefined {
  for (const [judge, limit] of [
    [unhealthy, limits.unhealthy],
    [degraded, limits.degraded],
  ] as const) {
    if (limit !== undefined && value > limit) return { judge, limit }
  }
  return undefined
}

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
  const found = exceeded(value, limits)
  if (found === undefined) return healthy(`${figures}.`, details)
  return found.judge('THRESHOLD_EXCEEDED', `${figures}, limit ${round(found.limit)} ${unit}. ${advice}`, details)
}

interface Used extends Limits<Share> {
  /** 0 to 1. */
  readonly share: number
  readonly code: Code
  /** Such as `17 of 20 connections of the pool to db:5432 are in use`. */
  readonly what: string
  readonly tryThis: string
}

/** A result when more of something is used than its limits allow; undefined when not. Observed: %. */
export function judgeShare({ share, degraded: soft, unhealthy: hard, code, what, tryThis }: Used): Result | undefined {
  const percent = share * 100
  const found = exceeded(percent, { degraded: toPercent(soft), unhealthy: toPercent(hard) })
  const message = `${what} (${round(percent)} %), limit ${round(found?.limit ?? 0)} %. ${tryThis}`
  return found?.judge(code, message, { observed: { value: round(percent), unit: '%' } })
}

type Given = { readonly [Name in keyof Limits]?: unknown }

/** Shares such as `85%`, as percents. What is none was refused before. */
export function readShares(given: Given, defaults: Given = {}): Limits {
  return readEach(given, defaults, toPercent)
}

/** Durations, in ms. */
export function readDurations(given: Given, defaults: Given = {}): Limits {
  return readEach(given, defaults, parseDuration)
}

/** Shares of a whole, or bytes. */
export function readAmounts(given: Given, defaults: Given): Limits<ReadAmount> {
  return readEach(given, defaults, parseAmount)
}

/** Limits in % of a whole. */
export function percentOf(whole: number, limits: Limits<ReadAmount>): Limits {
  const percent = (limit: ReadAmount | undefined) => limit && (toBytes(limit, whole) / whole) * 100
  return { degraded: percent(limits.degraded), unhealthy: percent(limits.unhealthy) }
}

/** 0 to 1; undefined when it is no share. */
export function shareOf(share: unknown): number | undefined {
  const amount = parseAmount(share)
  return amount !== undefined && 'share' in amount ? amount.share : undefined
}

/** 0 to 100; undefined when it is no share. */
export function toPercent(value: unknown): number | undefined {
  const share = shareOf(value)
  return share === undefined ? undefined : share * 100
}

function readEach<Limit>(given: Given, defaults: Given, read: (value: unknown) => Limit | undefined): Limits<Limit> {
  return {
    degraded: read(given.degraded ?? defaults.degraded),
    unhealthy: read(given.unhealthy ?? defaults.unhealthy),
  }
}
