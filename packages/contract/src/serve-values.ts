import { z } from 'zod'
import { duration, headers, listOf, parseStatusRange, timerDuration } from './config-values.ts'

/** The values and groups of values that several types of check take in the file of `hale serve`. */

const short = z.string().min(1).max(200)
/** A query, a path, a token: what has a length of its own. */
const long = z.string().min(1).max(10_000)
const length = timerDuration(1, '1ms')
const url = z.string().min(1).max(2_000)
const NO_AMOUNT = 'is neither a share such as 10% nor an amount such as 5GB'
const NO_STATUS = 'is not a status code or a range such as 200-299'
const NO_SHARE = 'is not a share such as 80%'
const ABOVE_ALL = 'is more than 100%'
/** A number without a unit would be bytes: nobody means so few. */
const amount = z
  .string({ error: ({ input }) => withoutUnit(input, true) ?? NO_AMOUNT })
  .regex(/^\d+(?:\.\d+)? ?(?:%|[KMGT]i?B|B)$/, NO_AMOUNT)
  .refine(isAtMostAll, ABOVE_ALL)
const share = z
  .string({ error: ({ input }) => withoutUnit(input, false) ?? NO_SHARE })
  .regex(/^\d+(?:\.\d+)? ?%$/, NO_SHARE)
  .refine(isAtMostAll, ABOVE_ALL)
const pem = z
  .string()
  .regex(/-----BEGIN /, 'is not PEM, which begins with -----BEGIN; put the text of the file here, after a |')
  .optional()
/** A name or an address; Unicode is for names that are not written in Latin letters. */
const host = z
  .string()
  .min(1)
  .max(255)
  .regex(
    /^(?:[\p{L}\p{M}\p{N}_.-]+|(?=.*:.*:)[\da-fA-F:.]+(?:%\w+)?)$/u,
    'is not a host name or address; leave out scheme, port and path',
  )

export const checkValues = {
  short,
  long,
  url,
  headers,
  length,
  share,
  count: z.number().min(0),
  host,
  pem,
  bytes: z.int({ error: 'is not a number of bytes, such as 1000000' }).min(1),
  days: z.number({ error: 'is not a number of days, such as 14' }).min(0),
  port: z.int().min(1).max(65_535),
  scalar: z.union([z.string(), z.number(), z.boolean(), z.null()], { error: 'is not a plain value' }),
  amount,
  listOf,
  statusCode: z
    .union([z.int(), z.templateLiteral([z.int(), '-', z.int()])], { error: NO_STATUS })
    .refine((value) => parseStatusRange(value) !== undefined, NO_STATUS),
}

const label = z.string({ error: 'is not text; put the value between quotes' })

export const exporterGroups = {
  /** What all that push take. */
  push: {
    every: duration(1_000, '1s').optional(),
    capacity: z.int().min(10).optional(),
    timeout: duration(100, '100ms').optional(),
  },
  /** Where those tell that have dotted names and no labels. */
  dotted: {
    host: checkValues.host.optional(),
    port: checkValues.port.optional(),
    prefix: short.optional(),
  },
  /** Added to everything that is told. */
  labels: z.record(short, label),
}

export const checkGroups = {
  /** Limits of the time an answer may take. */
  times: { degraded: length.optional(), unhealthy: length.optional() },
  /** Limits of how far a replica may be behind. */
  lags: { lagDegraded: length.optional(), lagUnhealthy: length.optional() },
  /** Limits of an amount. */
  amounts: { degraded: amount.optional(), unhealthy: amount.optional() },
  /** Limits of a share. */
  shares: { degraded: share.optional(), unhealthy: share.optional() },
  /** A server asked by URL, and what messages call it. */
  server: { url, where: short.optional() },
  role: { role: z.enum(['primary', 'replica']).optional() },
  /** Migrations that are to be there: the query that lists those applied, and their names. */
  migrations: { migrations: z.strictObject({ applied: long, expected: z.array(short) }).optional() },
  /** Trust and identity for `https:`, in PEM. */
  trust: {
    tls: z
      .strictObject({
        ca: pem,
        cert: pem,
        key: pem,
        passphrase: short.optional(),
        servername: short.optional(),
        rejectUnauthorized: z.boolean().optional(),
      })
      .optional(),
  },
}

/** What is to be said of a number that stands where an amount was meant; undefined for anything else. */
function withoutUnit(input: unknown, orBytes: boolean): string | undefined {
  if (typeof input !== 'number' || !(input >= 0) || (input > 100 && !orBytes)) return undefined
  const share = input > 0 && input < 1 ? `${Math.round(input * 1_000) / 10}%` : `${input}%`
  if (!orBytes) return `${input} has no unit; write ${share}`
  return `${input} has no unit; write ${input > 100 ? `${input}B` : `${share} or ${input}GB`}`
}

function isAtMostAll(text: string): boolean {
  return !text.endsWith('%') || Number.parseFloat(text) <= 100
}
