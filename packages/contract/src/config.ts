import { z } from 'zod'
import { targetKind } from './api.ts'
import { duration, headers, httpUrl, listOf, networkRange, size, statusCodes } from './config-values.ts'

/** The config file, `hale.yaml`, as a person writes it. `docs/config.md` says the defaults; the monitor fills them in. */

const threshold = z.int().min(1).max(100)
const days = z.number().min(0).max(3650)
const short = z.string().min(1).max(200)

const expectation = z.strictObject({
  status: statusCodes.optional().describe('good status codes: 200, "200-299" or a list; kind http only'),
  bodyContains: short.optional().describe('text that the body must contain; kind http only'),
  degradedAbove: duration(1, '1ms').optional().describe('total time from which the answer counts as degraded'),
  unhealthyAbove: duration(1, '1ms').optional().describe('total time from which it counts as unhealthy'),
})

const tls = z.strictObject({
  verify: z.boolean().optional().describe('false: any certificate will do'),
  degradedDays: days.optional().describe('days before the certificate ends at which the target is degraded'),
  unhealthyDays: days.optional().describe('days before the certificate ends at which it is unhealthy'),
})

const common = {
  kind: targetKind.optional(),
  every: duration(1_000, '1s').optional().describe('from the start of one probe to the start of the next'),
  timeout: duration(1, '1ms').optional().describe('time one probe may take; not longer than every'),
  failureThreshold: threshold.optional().describe('worse answers in a row before the state turns worse'),
  successThreshold: threshold.optional().describe('better answers in a row before the state turns better'),
  staleAfter: duration(1_000, '1s').optional().describe('age after which an answer is no longer believed'),
  freshEvery: z.int().min(1).max(1_000).optional().describe('every so manieth probe looks up and connects anew'),
  method: z.enum(['GET', 'HEAD', 'POST']).optional(),
  headers: headers.optional().describe('sent along, for instance the API key of a health document'),
  expect: expectation.optional(),
  tls: tls.optional(),
  redirects: z.int().min(0).max(10).optional().describe('how many redirects are followed'),
  maxBody: size.optional().describe('how much of a body is read'),
  notify: listOf(short).optional().describe('channels that are told; default: all'),
  group: short.optional().describe('heading under which the page shows it'),
  tags: listOf(short, { most: 50 }).optional(),
  runbook: httpUrl.optional().describe('page that says what to do when it fails'),
}

export const targetOptions = z.strictObject({
  url: z.string().min(1).max(2_000).describe('http(s)://… or tcp://host:port'),
  name: short.optional().describe('default: host and path of the URL'),
  id: z
    .string()
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'may hold lower-case letters, digits and single dashes between them')
    .max(64)
    .optional()
    .describe('history hangs on it; default: made from the name'),
  ...common,
})
export type TargetOptions = z.infer<typeof targetOptions>

export const targetDefaults = z.strictObject(common)
export type TargetDefaults = z.infer<typeof targetDefaults>

/** A channel; what else it takes, its kind says. */
export const channelOptions = z.looseObject({ name: short, kind: short })

export const config = z.strictObject({
  server: z
    .strictObject({
      host: short.optional().describe('address to listen on; default 127.0.0.1'),
      port: z.int().min(0).max(65_535).optional().describe('default 8480; 0 picks a free one'),
      publicUrl: httpUrl.optional().describe('address under which people reach the pages, for links in messages'),
    })
    .optional(),
  store: z.string().min(1).optional().describe('a folder, or sqlite:path; default ./hale-data'),
  retention: z
    .strictObject({
      samples: duration(3_600_000, '1h').optional().describe('every single observation; default 30d'),
      hours: duration(86_400_000, '1d').optional().describe('figures by the hour; default 400d'),
      incidents: duration(86_400_000, '1d').optional().describe('default 400d'),
    })
    .optional(),
  network: z
    .strictObject({
      private: z.boolean().optional().describe('whether private and loopback addresses may be connected to'),
      allow: listOf(networkRange).optional().describe('ranges that may be connected to besides'),
    })
    .optional(),
  defaults: targetDefaults.optional().describe('options of every target that does not say otherwise'),
  channels: z.array(channelOptions).max(1_000).optional(),
  targets: z
    .array(z.union([z.string(), targetOptions], { error: 'is neither an address nor a mapping with a "url"' }))
    .min(1, 'names nothing to watch')
    .max(100_000),
})
export type Config = z.infer<typeof config>

/** JSON Schema of the config file, for editors that complete and check as one types. */
export function configJsonSchema(): object {
  return z.toJSONSchema(config, { io: 'input' })
}
