import { parseDuration } from 'hale'
import { z } from 'zod'

/** The values that config files are made of. They are checked here and read by the monitor, so nothing is transformed. */

/** A list of one may stand there without its brackets. Who reads it puts it into some, with `asList`. */
export function listOf<T extends z.ZodType>(
  item: T,
  { least, most }: { readonly least?: number; readonly most?: number } = {},
) {
  const list = least === undefined ? z.array(item) : z.array(item).min(least)
  return z.union([item, most === undefined ? list : list.max(most)])
}

/** What {@link listOf} passed, as a list. */
export function asList<T>(given: T | readonly T[]): readonly T[] {
  return Array.isArray(given) ? (given as readonly T[]) : [given as T]
}

/** Timers of more than 2^31 - 1 ms fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** A length of time for which a timer is set. */
export function timerDuration(leastMs: number, least: string) {
  return duration(leastMs, least).refine(
    (text) => (parseDuration(text) ?? 0) <= LONGEST_TIMER_MS,
    'must be 24 days at most',
  )
}

const NO_DURATION = 'is not a duration such as 500ms, 10s or 1h30m'

function withoutUnit(input: number): string {
  return input >= 0 ? `${input} has no unit; write ${input}s or ${input}ms` : NO_DURATION
}

/** A length of time with its unit, at least `leastMs` long. */
export function duration(leastMs: number, least: string) {
  return z
    .string({ error: ({ input }) => (typeof input === 'number' ? withoutUnit(input) : NO_DURATION) })
    .regex(/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/, NO_DURATION)
    .refine((text) => (parseDuration(text) ?? leastMs) >= leastMs, `must be at least ${least}`)
    .refine((text) => parseDuration(text) !== undefined, 'has units out of order or twice; write the largest first')
}

const SIZE = /^(\d+(?:\.\d+)?)(B|KB|MB|KiB|MiB)$/
const SIZE_UNITS: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, KiB: 1024, MiB: 1024 ** 2 }

/** Bytes of `64KB`, `1MB`, `1MiB`; undefined when it is none. */
export function parseSize(text: string): number | undefined {
  const [, amount, unit = ''] = SIZE.exec(text) ?? []
  const size = SIZE_UNITS[unit]
  return size === undefined ? undefined : Math.round(Number(amount) * size)
}

export const size = z
  .string({ error: 'is not a size; write a unit, as in 64KB or 1MB' })
  .regex(SIZE, 'is not a size such as 64KB or 1MB')
  .refine((text) => (parseSize(text) ?? 0) <= 4e6, 'must be 4MB at most')

const STATUS_RANGE = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/

/** Both ends of `200` or `200-299`; undefined when it is none or the wrong way round. */
export function parseStatusRange(value: string | number): readonly [number, number] | undefined {
  const match = STATUS_RANGE.exec(String(value))
  if (match === null) return undefined
  const from = Number(match[1])
  const to = Number(match[2] ?? match[1])
  return from <= to ? [from, to] : undefined
}

const statusRange = z
  .union([z.int(), z.string()])
  .refine((value) => parseStatusRange(value) !== undefined, 'is not a status code or a range such as 200-299')

export const statusCodes = z.union([statusRange, z.array(statusRange).min(1)], {
  error: 'is not a status code, a range such as 200-299, or a list of them',
})

/** Headers that HTTP itself sets; another value would let one request pass for two. */
const RESERVED = /^(?:connection|content-length|expect|te|trailer|transfer-encoding|upgrade)$/i

export const headers = z.record(
  z
    .string()
    .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is not the name of a header')
    .refine((name) => !RESERVED.test(name), 'is a header that HTTP itself sets'),
  z
    .string({ error: 'is not text; put the value between quotes' })
    .regex(/^[\t\u0020-\u007E]*$/, 'may hold visible ASCII characters and spaces only'),
)

export const httpUrl = z.url({ protocol: /^https?$/, error: 'is not an http:// or https:// address' })

export const networkRange = z.union([z.cidrv4(), z.cidrv6()], {
  error: 'is not a range of addresses such as 169.254.10.0/24 or fd00::/8',
})
