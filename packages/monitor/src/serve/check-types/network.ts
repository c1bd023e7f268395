import { checkGroups, checkValues } from '@hale/contract'
import { z } from 'zod'
import { checkType, type CheckType } from './check-type.ts'

const { bytes, days, headers, host, listOf, long, pem, port, scalar, short, statusCode, url } = checkValues
const { times, trust } = checkGroups

/** What asks something by its protocol. */
export const NETWORK_TYPES: Readonly<Record<string, CheckType>> = {
  http: checkType(
    z.strictObject({
      url,
      method: z.enum(['GET', 'HEAD', 'OPTIONS', 'POST']).optional(),
      headers: headers.optional(),
      status: listOf(statusCode, { least: 1 }).optional(),
      answerHeaders: z.record(short, z.string()).optional(),
      bodyContains: long.optional(),
      json: z.record(short, scalar).optional(),
      maxBodyBytes: bytes.optional(),
      redirects: z.int().min(0).max(20).optional(),
      ...trust,
      ...times,
    }),
    async (options) => (await import('hale/checks/http')).http(options),
  ),
  health: checkType(
    z.strictObject({
      url,
      key: long.optional(),
      headers: headers.optional(),
      components: listOf(short).optional(),
      maxBodyBytes: bytes.optional(),
      ...trust,
      ...times,
    }),
    async (options) => (await import('hale/checks/health')).health(options),
  ),
  tcp: checkType(z.strictObject({ host, port, ...times }), async (options) =>
    (await import('hale/checks/tcp')).tcp(options),
  ),
  ping: checkType(z.strictObject({ host, ...times }), async (options) =>
    (await import('hale/checks/ping')).ping(options),
  ),
  dns: checkType(
    z.strictObject({
      name: short,
      record: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'NS', 'SRV', 'TXT']).optional(),
      expected: listOf(short, { least: 1 }).optional(),
      exact: z.boolean().optional(),
      servers: listOf(short, { least: 1 }).optional(),
      ...times,
    }),
    // `type` says which check it is, so the record's type has a name of its own here.
    async ({ record = 'A', ...options }) => (await import('hale/checks/dns')).dns({ ...options, type: record }),
  ),
  tls: checkType(
    z.strictObject({
      host,
      port: port.optional(),
      startTls: z.enum(['smtp', 'imap', 'pop3', 'postgres']).optional(),
      servername: short.optional(),
      daysDegraded: days.optional(),
      daysUnhealthy: days.optional(),
      ca: pem,
      cert: pem,
      key: pem,
      ...times,
    }),
    async (options) => (await import('hale/checks/tls')).tls(options),
  ),
  websocket: checkType(
    z.strictObject({
      url,
      headers: headers.optional(),
      protocols: listOf(short, { least: 1 }).optional(),
      ping: z.boolean().optional(),
      ...trust,
      ...times,
    }),
    async (options) => (await import('hale/checks/websocket')).websocket(options),
  ),
  grpc: checkType(
    z.strictObject({ url, service: short.optional(), metadata: headers.optional(), ...trust, ...times }),
    async (options) => (await import('hale/checks/grpc')).grpc(options),
  ),
  smtp: checkType(
    z.strictObject({
      host,
      port: port.optional(),
      secure: z.enum(['none', 'starttls', 'tls']).optional(),
      user: short.optional(),
      password: long.optional(),
      name: short.optional(),
      ...trust,
      ...times,
    }),
    async (options) => (await import('hale/checks/smtp')).smtp(options),
  ),
  'status-page': checkType(
    z.strictObject({
      url,
      components: listOf(short, { least: 1 }).optional(),
      headers: headers.optional(),
      ...trust,
    }),
    async (options) => (await import('hale/checks/status-page')).statusPage(options),
  ),
}
