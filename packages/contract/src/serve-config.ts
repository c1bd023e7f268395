import { z } from 'zod'
import { listOf, timerDuration } from './config-values.ts'
import { checkValues } from './serve-values.ts'

/** The file of `hale serve`, as a person writes it. `docs/serve.md` says the defaults. */

const short = z.string().min(1).max(200)
const threshold = z.int().min(1).max(100)
const length = timerDuration(1, '1ms')
const perCore = z.number({ error: 'is not a load per processor, such as 2' }).gt(0).optional()
const inUse = checkValues.amount.optional()
/** What a check is called: it stands in addresses and in metrics. */
const checkName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'is no name; use 1 to 64 letters, digits, "_", "-" or ".", the first a letter or digit',
  )

const listenText = z
  .string({ error: 'is not an address such as 127.0.0.1:8481, nor a port' })
  .refine((text) => parseListen(text) !== undefined, 'is not an address such as 127.0.0.1:8481 or :8481')

/** Where `hale serve` listens: `127.0.0.1:8481`, `[::1]:8481`, `:8481` for all addresses, or a port of loopback. */
export const listenAddress = z.union([z.int().min(0).max(65_535), listenText], {
  error: 'is not an address such as 127.0.0.1:8481, nor a port',
})

/** Host and port of a listen address; a host that is undefined means all addresses. Undefined when it is none. */
export function parseListen(
  listen: string | number,
): { readonly host: string | undefined; readonly port: number } | undefined {
  if (typeof listen === 'number' || /^\d+$/.test(listen)) return within({ host: '127.0.0.1', port: Number(listen) })
  const [, bracketed, plain, port] = /^(?:\[([\da-fA-F:.]+)\]|([^\s:[\]/]*)):(\d{1,5})$/.exec(listen) ?? []
  if (port === undefined) return undefined
  const host = bracketed ?? plain
  return within({ host: host === '' ? undefined : host, port: Number(port) })
}

function within<T extends { readonly port: number }>(place: T): T | undefined {
  return place.port <= 65_535 ? place : undefined
}

const servedKey = z.union(
  [
    z.string(),
    z.strictObject({
      key: z.string().describe('the key, or sha256: and its digest in hexadecimal digits'),
      scope: z.enum(['detail', 'admin']).optional(),
      name: short.optional().describe('what it is called in error messages'),
      expires: short.optional().describe('a date such as 2027-01-31'),
    }),
  ],
  { error: 'is neither a key nor a mapping with a "key"' },
)

/** Every format that `hale serve` can answer with, by the name it has in `hale/formats`. */
export const servedFormat = z.enum([
  'hale',
  'health+json',
  'spring-boot',
  'microprofile',
  'aspnet-ui',
  'kubernetes',
  'plain-text',
  'open-metrics',
  'prometheus',
  'html',
])
export type ServedFormat = z.infer<typeof servedFormat>

export const serveOptions = z.strictObject({
  listen: listenAddress.optional().describe('where it listens'),
  path: short.optional().describe('path of the aggregate; the probes lie below it'),
  service: short.optional().describe('name of the app, for reports and metrics'),
  version: short.optional().describe('its version'),
  keys: listOf(servedKey, { most: 100 }).optional().describe('keys that open the whole report'),
  addresses: listOf(short, { most: 1_000 })
    .optional()
    .describe('addresses and ranges that see the report without a key'),
  trustProxy: listOf(short, { most: 1_000 }).optional().describe('your own proxies, whose X-Forwarded-For is believed'),
  formats: listOf(servedFormat, { least: 1 }).optional().describe('what it answers with; the first is the default'),
  drainWait: timerDuration(0, '0ms').optional().describe('from the signal to the end until the listener closes'),
  grace: timerDuration(0, '0ms').optional().describe('time that requests under way are given after it'),
})
export type ServeOptions = z.infer<typeof serveOptions>

/** When a check is asked. Several conditions in one object must all hold. */
export const whenOptions = z.strictObject({
  load: z.strictObject({ above: perCore, below: perCore }).optional().describe("the machine's load per core"),
  memory: z.strictObject({ above: inUse, below: inUse }).optional().describe('memory in use, as a share or an amount'),
  window: z.strictObject({ cron: short, for: length, timeZone: short.optional() }).optional(),
  check: short.optional().describe('another check that must be healthy or degraded'),
  get all() {
    return z.array(whenOptions).min(1).optional()
  },
  get any() {
    return z.array(whenOptions).min(1).optional()
  },
  get not() {
    return whenOptions.optional()
  },
})
export type WhenOptions = z.infer<typeof whenOptions>

/** What every check takes, whatever it asks. */
export const checkPolicy = z.strictObject({
  type: short.describe('what it asks'),
  every: length.optional().describe('from the start of one run to the start of the next'),
  timeout: length.optional().describe('time one run may take'),
  initialDelay: timerDuration(0, '0ms').optional().describe('time before the first run'),
  jitter: z
    .number({ error: 'is not a share from 0 to 1, such as 0.1' })
    .min(0)
    .max(1)
    .optional()
    .describe('share of every by which the first run is put off'),
  failureThreshold: threshold.optional().describe('worse results in a row before the state turns worse'),
  successThreshold: threshold.optional().describe('better results in a row before the state turns better'),
  staleAfter: length.optional().describe('age after which an answer is no longer believed'),
  impact: z.enum(['fails', 'degrades', 'informs']).optional().describe('what its failure does to the whole'),
  probes: listOf(z.enum(['live', 'ready', 'startup']))
    .optional()
    .describe('the probes it counts for'),
  tags: listOf(short, { most: 50 }).optional(),
  runbook: short.optional().describe('page that says what to do when it fails'),
  when: whenOptions.optional().describe('asked only while this holds'),
})
export type CheckPolicy = z.infer<typeof checkPolicy>

/** A check; what else it takes, its type says. */
const servedCheck = z.looseObject({ type: short })

/** An exporter; what else it takes, its type says. */
const servedExporter = z.looseObject(
  { type: short.optional() },
  { error: 'is not a mapping; write {} for the defaults' },
)

export const serveConfig = z.strictObject({
  serve: serveOptions.optional(),
  exporters: z.record(short, servedExporter).optional(),
  checks: z.record(checkName, servedCheck).refine((checks) => Object.keys(checks).length > 0, 'names nothing to check'),
})
