import type { Code } from '../../core/codes.ts'
import { degraded, healthy, unhealthy, type Result } from '../../core/result.ts'
import { parseAmount, round, toBytes, type ReadAmount } from './amount.ts'
import type { FieldProblems } from './misuse.ts'

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

/** What is wrong with shares, by field, for {@link refuseMisuse}. */
export function shareProblems(shares: Readonly<Record<string, Share | undefined>>): FieldProblems {
  return Object.fromEntries(Object.entries(shares).map(([field, share]) => [field, wrong(share, toPercent, A_SHARE)]))
}

/** Limits that a user gave, with what is wrong with them for {@link refuseMisuse}. */
export interface ReadLimits<Limit = number> {
  readonly limits: Limits<Limit>
  readonly problems: FieldProblems
}

type Given = { readonly [Name in keyof Limits]?: unknown }
type Read<Limit> = (value: unknown) => Limit | undefined

const A_SHARE = "a share such as '80%'"

/** Reads shares such as `85%`; the limits are in %. */
export function readShares(given: Given, defaults: Given = {}): ReadLimits {
  return refuseCrossed(readEach(given, defaults, toPercent, A_SHARE), (percent) => `${percent}%`)
}

/** Reads plain numbers above 0. */
export function readNumbers(given: Given, defaults: Given = {}): ReadLimits {
  const read = (value: unknown) => (typeof value === 'number' && value > 0 && value < Infinity ? value : undefined)
  return refuseCrossed(readEach(given, defaults, read, 'a number above 0'))
}

/** Reads shares of a whole or bytes. Which of a share and bytes is more is not known before the whole is. */
export function readAmounts(given: Given, defaults: Given): ReadLimits<ReadAmount> {
  return readEach(given, defaults, parseAmount, "a share such as '20%' or bytes such as '5GB'")
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

function toPercent(value: unknown): number | undefined {
  const share = shareOf(value)
  return share === undefined ? undefined : share * 100
}

function readEach<Limit>(given: Given, defaults: Given, read: Read<Limit>, meant: string): ReadLimits<Limit> {
  const soft = given.degraded ?? defaults.degraded
  const hard = given.unhealthy ?? defaults.unhealthy
  return {
    limits: { degraded: read(soft), unhealthy: read(hard) },
    problems: { degraded: wrong(soft, read, meant), unhealthy: wrong(hard, read, meant) },
  }
}

function wrong(given: unknown, read: Read<unknown>, meant: string): string | false {
  return given !== undefined && read(given) === undefined && `${JSON.stringify(given)} is not ${meant}`
}

function refuseCrossed(read: ReadLimits, write: (limit: number | undefined) => string = String): ReadLimits {
  const { limits, problems } = read
  const crossed =
    (limits.degraded ?? 0) > (limits.unhealthy ?? Infinity) &&
    `${write(limits.degraded)} must not be above unhealthy, ${write(limits.unhealthy)}`
  return { limits, problems: { ...problems, degraded: problems['degraded'] || crossed } }
}
