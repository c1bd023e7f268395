import { Resolver, getServers } from 'node:dns/promises'
import { isIP } from 'node:net'
import { defineCheck, type CheckContext, type DependencyCheck } from '../core/check.ts'
import { resultFromError } from '../core/error-codes.ts'
import { show } from '../core/misuse.ts'
import { unhealthy, type Result } from '../core/result.ts'
import { flagRule, isNames, oneOf, optional, required, type Rules } from '../core/rules.ts'
import { inTime, within } from './support/in-time.ts'
import { refuseMisuse } from './support/misuse.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'

/** Records that can be asked for. */
export type DnsType = 'A' | 'AAAA' | 'CNAME' | 'MX' | 'NS' | 'SRV' | 'TXT'

export interface DnsOptions extends TimeLimits {
  /** The name to look up. */
  readonly name: string
  /** Which records: `A`, `AAAA`, `CNAME`, `MX`, `NS`, `SRV` or `TXT`. Default `A`. */
  readonly type?: DnsType
  /**
   * Values that must be among the answers: addresses, names, for MX `10 mail.example.com`, for SRV `0 5 5060 sip.example.com`.
   * Default: any answer will do.
   */
  readonly expected?: readonly string[]
  /** True: nothing but the expected values may be there. Default false. */
  readonly exact?: boolean
  /** DNS servers to ask, as addresses with or without a port: `10.0.0.2`, `[::1]:5353`. Default the system's. */
  readonly servers?: readonly string[]
}

/** Values that are shown at most. */
const MOST_SHOWN = 20
/** Servers that a message names at most. */
const MOST_NAMED = 3

const LOOK_UPS: Readonly<Record<DnsType, (resolver: Resolver, name: string) => Promise<readonly string[]>>> = {
  A: (resolver, name) => resolver.resolve4(name),
  AAAA: (resolver, name) => resolver.resolve6(name),
  CNAME: (resolver, name) => resolver.resolveCname(name),
  NS: (resolver, name) => resolver.resolveNs(name),
  MX: async (resolver, name) =>
    (await resolver.resolveMx(name)).map(({ exchange, priority }) => `${priority} ${exchange}`),
  SRV: async (resolver, name) =>
    (await resolver.resolveSrv(name)).map(
      ({ name: target, port, priority, weight }) => `${priority} ${weight} ${port} ${target}`,
    ),
  TXT: async (resolver, name) => (await resolver.resolveTxt(name)).map((parts) => parts.join('')),
}

const RULES: Rules<DnsOptions> = {
  name: required('a name to look up', isName),
  type: oneOf(...Object.keys(LOOK_UPS)),
  expected: optional('a list of texts', isNames),
  exact: (value, { expected }) =>
    flagRule(value) || (value === true && (!isNames(expected) || expected.length === 0) && 'needs expected values'),
  servers: (value) => {
    if (value === undefined) return false
    if (!isNames(value)) return `${show(value)} is not a list of addresses`
    return !value.every(isServer) && 'has one that is not an address such as 10.0.0.2 or [::1]:5353'
  },
  ...TIME_LIMITS,
}

/**
 * Looks a name up in DNS, not in the hosts file, and compares the answers with what they should be. Costs one question per
 * run, and another, to the next server if there is one, when no answer comes within a third of the timeout.
 *
 * Observed: time of the answer in ms. Data: the records found, 20 at most.
 *
 * Codes: `DNS_NOT_FOUND` when there is no such name, or no record of that type; `DNS_FAILED` without an answer that
 * can be read.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function dns(options: DnsOptions): DependencyCheck {
  refuseMisuse('dns', options, RULES)
  const { expected = [], exact = false, servers = [], type = 'A' } = options
  const place = (servers.length === 0 ? getServers() : servers).slice(0, MOST_NAMED).join(', ')
  const wanted: Wanted = { ...options, type, expected: expected.map(normal), exact, place }
  return defineCheck({ kind: 'dns', run: (context) => run(context, wanted) })
}

interface Wanted extends DnsOptions {
  readonly type: DnsType
  readonly expected: readonly string[]
  readonly exact: boolean
  /** Who is asked. */
  readonly place: string
}

function run(context: CheckContext, wanted: Wanted): Promise<Result> {
  const { clock, signal, timeoutMs } = context
  const { name, place, servers = [], type } = wanted
  // Two tries within the timeout, so that one lost packet is no failure.
  const resolver = new Resolver({ timeout: Math.max(1, Math.floor(timeoutMs / 3)), tries: 2 })
  if (servers.length > 0) resolver.setServers(servers)
  const cancel = (): void => resolver.cancel()
  signal.addEventListener('abort', cancel)
  const startedAt = clock.now()
  const what = `${type} of ${name}`
  const answer = LOOK_UPS[type](resolver, name)
    .then(
      (values) => judge(values, wanted, what, clock.now() - startedAt),
      (error: unknown) => describe(error, wanted, what),
    )
    .finally(() => signal.removeEventListener('abort', cancel))
  return inTime(context, answer, () => {
    cancel()
    const message = `No answer to ${what} from ${place} ${within(context)}. See whether the DNS server is up, and a firewall lets UDP through.`
    return unhealthy('DNS_FAILED', message)
  })
}

function describe(error: unknown, { place, type }: Wanted, what: string): Result {
  const { code, message = '' } = resultFromError(error, place, codeOfDns)
  if (code === 'DNS_NOT_FOUND') {
    const isThere = error instanceof Error && 'code' in error && error.code === 'ENODATA'
    const why = isThere ? 'there is no record of that type' : 'the name does not exist'
    return unhealthy(
      code,
      `${what} at ${place}: ${why}. ${isThere ? `Add a ${type} record.` : 'Correct it, or add it to DNS.'}`,
    )
  }
  // A server at which nothing listens, or that does not answer, is a failure of DNS.
  const why =
    code === 'DNS_FAILED'
      ? `${place} failed (${String((error as { code?: unknown }).code)}). See its log, and whom it asks in turn.`
      : message
  return unhealthy('DNS_FAILED', `${what} could not be looked up. ${why}`)
}

/** An answer that cannot be read. */
function codeOfDns(error: unknown): 'PROTOCOL_ERROR' | undefined {
  return (error as { code?: unknown }).code === 'EBADRESP' ? 'PROTOCOL_ERROR' : undefined
}

function judge(values: readonly string[], wanted: Wanted, what: string, ms: number): Result {
  const { exact, expected, place, type } = wanted
  const found = values.map(normal)
  const data = { records: values.slice(0, MOST_SHOWN) }
  const missing = expected.filter((value) => !found.includes(value))
  const surplus = exact ? found.filter((value) => !expected.includes(value)) : []
  if (missing.length === 0 && surplus.length === 0) return judgeTime(ms, wanted, `${what} at ${place}`, data)
  const isLong = type === 'TXT'
  const wrong = [
    ...(missing.length > 0 ? [isLong ? `lacks ${missing.length} expected` : `lacks ${missing.join(', ')}`] : []),
    ...(surplus.length > 0 ? [isLong ? `has ${surplus.length} others` : `has ${surplus.join(', ')}`] : []),
  ]
  const message = `${what} at ${place} ${wrong.join(' and ')}. Correct the record, or wait until the old one is forgotten.`
  return unhealthy('DNS_MISMATCH', message, { observed: { value: Math.round(ms), unit: 'ms' }, data })
}

/** Names are compared without case and without the dot at their end. */
function normal(value: string): string {
  return value.toLowerCase().replace(/\.$/, '')
}

function isName(name: unknown): boolean {
  return typeof name === 'string' && /^(?=.{1,254}$)(?:[\w-]{1,63}\.)*[\w-]{1,63}\.?$/.test(name)
}

function isServer(server: string): boolean {
  const [, v6, v4] = /^(?:\[([^\]]*)\]|([\d.]+))(?::\d{1,5})?$/.exec(server) ?? []
  return isIP(v6 ?? v4 ?? server) !== 0
}
