import { z } from 'zod'
import { duration, headers } from './config-values.ts'

/** The values and groups of values that several types of check take in the file of `hale serve`. */

const short = z.string().min(1).max(200)
/** A query, a path, a token: what has a length of its own. */
const long = z.string().min(1).max(10_000)
const length = duration(1, '1ms')
const url = z.string().min(1).max(2_000)
const amount = z.union([z.number().min(0), short], { error: 'is not an amount such as "10%" or "5GB"' })
const share = z.templateLiteral([z.number(), '%'], { error: 'is not a share such as "80%"' })
const pem = z.string().min(1).optional()

export const checkValues = {
  short,
  long,
  url,
  headers,
  length,
  share,
  count: z.number().min(0),
  host: z.string().min(1).max(255),
  port: z.int().min(1).max(65_535),
  scalar: z.union([z.string(), z.number(), z.boolean(), z.null()], { error: 'is not a plain value' }),
  statusCode: z.union([z.int().min(100).max(599), z.templateLiteral([z.int(), '-', z.int()])], {
    error: 'is not a status code or a range such as "200-299"',
  }),
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
        passphrase: pem,
        servername: pem,
        rejectUnauthorized: z.boolean().optional(),
      })
      .optional(),
  },
}
