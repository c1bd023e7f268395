import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect, type ConnectionOptions, type DetailedPeerCertificate, type TLSSocket } from 'node:tls'
import { defineCheck, type CheckContext, type DependencyCheck } from '../core/check.ts'
import { resultFromError } from '../core/error-codes.ts'
import { show } from '../core/misuse.ts'
import { degraded, unhealthy, type Result } from '../core/result.ts'
import { oneOf, optional, type Rules } from '../core/rules.ts'
import { inTime, within } from './support/in-time.ts'
import { refuseMisuse } from './support/misuse.ts'
import { hostRule, pemRule, portRule, serverNameRule } from './support/network-rules.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'
import { START_TLS, startTls, StartTlsRefused, type StartTls } from './support/start-tls.ts'

export interface TlsOptions extends TimeLimits {
  /** Name or address. */
  readonly host: string
  /** 1 to 65535. Default 443; 25, 143, 110 and 5432 where `startTls` says `smtp`, `imap`, `pop3` and `postgres`. */
  readonly port?: number
  /** A protocol that begins in the clear and changes to TLS: `smtp`, `imap`, `pop3`, `postgres`. Default none: TLS from the first byte. */
  readonly startTls?: StartTls
  /** The name that the certificate must be for, sent as SNI. Default `host`. */
  readonly servername?: string
  /** Days before the end from which it is degraded, `TLS_EXPIRES_SOON`. Default 21. */
  readonly daysDegraded?: number
  /** Days before the end from which it is unhealthy, `TLS_EXPIRES_SOON`. Default 3. */
  readonly daysUnhealthy?: number
  /** Authorities to trust, in PEM. Default: the system's. */
  readonly ca?: ConnectionOptions['ca']
  /** Identity to show to servers that ask for one, in PEM. Default: none. */
  readonly cert?: ConnectionOptions['cert']
  /** The private key of `cert`, in PEM. Default: none. */
  readonly key?: ConnectionOptions['key']
}

const DAY_MS = 86_400_000
const PORTS: Readonly<Record<StartTls, number>> = { smtp: 25, imap: 143, pop3: 110, postgres: 5432 }
/** Certificates of a chain that are looked at. */
const LONGEST_CHAIN = 10
const DAYS_DEGRADED = 21
const DAYS_UNHEALTHY = 3

const daysRule = optional('a number of days', (value) => Number.isFinite(value) && Number(value) >= 0)

const RULES: Rules<TlsOptions> = {
  host: hostRule,
  port: portRule,
  startTls: oneOf(...START_TLS),
  servername: serverNameRule,
  daysDegraded: (value, options) => {
    const [soft, hard] = [value ?? DAYS_DEGRADED, options['daysUnhealthy'] ?? DAYS_UNHEALTHY]
    const isCrossed = Number(soft) < Number(hard)
    return daysRule(value, options) || (isCrossed && `${show(soft)} must not be below daysUnhealthy, ${show(hard)}`)
  },
  daysUnhealthy: daysRule,
  ca: pemRule,
  cert: pemRule,
  key: pemRule,
  ...TIME_LIMITS,
}

/**
 * Makes a TLS connection, or one that changes to TLS (`startTls`), and judges the certificates that the server shows.
 * Whether their chain is trusted, the name right, and how long the one that ends first is still good. Costs one
 * handshake per run; every hour or so will do.
 *
 * Observed: days until the first certificate of the chain ends. Data: subject, issuer, end, protocol.
 *
 * Codes: `TLS_FAILED` when the port does not speak TLS, or does not offer to change to it; `PROTOCOL_ERROR`,
 * `NOT_READY` and `QUERY_FAILED` with `startTls`.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function tls(options: TlsOptions): DependencyCheck {
  refuseMisuse('tls', options, RULES)
  const { daysDegraded = DAYS_DEGRADED, daysUnhealthy = DAYS_UNHEALTHY, host, startTls } = options
  const port = options.port ?? (startTls === undefined ? 443 : PORTS[startTls])
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`
  const wanted: Wanted = { ...options, port, daysDegraded, daysUnhealthy, place }
  return defineCheck({ kind: 'tls', defaults: { every: '1h', timeout: '5s' }, run: (context) => run(context, wanted) })
}

interface Wanted extends TlsOptions {
  readonly port: number
  readonly daysDegraded: number
  readonly daysUnhealthy: number
  readonly place: string
}

function run(context: CheckContext, wanted: Wanted): Promise<Result> {
  const { host, place, port, startTls: protocol } = wanted
  const link: Link = { late: false }
  const answer = async (): Promise<Result> => {
    const startedAt = context.clock.now()
    try {
      if (protocol === undefined) return await shakeHands(context, wanted, { host, port }, startedAt, link)
      const socket = connectPlain({ host, port })
      hold(link, socket)
      await startTls(socket, protocol)
      return await shakeHands(context, wanted, { socket, host }, startedAt, link)
    } catch (error) {
      if (!(error instanceof StartTlsRefused)) return resultFromError(error, place)
      const message = `${place} ${error.message}. See its configuration, and whether the port is the right one.`
      return unhealthy(error.code, message)
    } finally {
      link.socket?.destroy()
    }
  }
  return inTime(context, answer(), () => {
    link.late = true
    link.socket?.destroy()
    const message = `No TLS handshake with ${place} ${within(context)}. See whether it speaks TLS and a firewall drops packets.`
    return unhealthy('CONNECTION_TIMEOUT', message)
  })
}

/** The connection of a run: the outermost socket. To destroy one that another is around is what Node does not survive. */
interface Link {
  socket?: Socket
  late: boolean
}

function hold(link: Link, socket: Socket): void {
  link.socket = socket
  if (link.late) socket.destroy()
}

/** @param over where to connect to, or a connection that is to go on over TLS. */
async function shakeHands(
  { clock }: CheckContext,
  wanted: Wanted,
  over: Pick<ConnectionOptions, 'host' | 'port' | 'socket'>,
  startedAt: number,
  link: Link,
): Promise<Result> {
  const { ca, cert, host, key, servername = host } = wanted
  const socket = connect({
    ...over,
    // What is wrong with it is judged here, so that a certificate that has ended can still be described.
    rejectUnauthorized: false,
    ...(isIP(servername) === 0 ? { servername } : {}),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  })
  hold(link, socket)
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve)
    socket.on('error', reject)
    socket.once('close', () => reject(new Error('socket hang up')))
  })
  return judge(socket, wanted, clock.wall(), clock.now() - startedAt)
}

function judge(socket: TLSSocket, wanted: Wanted, wall: number, ms: number): Result {
  const { daysDegraded, daysUnhealthy, place } = wanted
  const chain = chainOf(socket.getPeerCertificate(true))
  const [first] = chain.toSorted((a, b) => endOf(a) - endOf(b))
  // Node gives the code of what is wrong with the chain or the name here, though its types say an error.
  const wrong: unknown = socket.authorizationError
  if (first === undefined) return resultFromError({ code: 'ERR_TLS_NO_CERTIFICATE', message: 'no certificate' }, place)
  const leaf = chain[0] ?? first
  const which = first === leaf ? 'The certificate' : `${nameOf(first.subject)}, which signed the certificate`
  const endsAt = endOf(first)
  if (endsAt === -Infinity) {
    return unhealthy('TLS_FAILED', `${which} of ${place} has an end that is no date. Issue it anew.`)
  }
  const days = Math.floor((endsAt - wall) / DAY_MS)
  const data = {
    subject: nameOf(leaf.subject),
    issuer: nameOf(leaf.issuer),
    validTo: new Date(endsAt).toISOString(),
    protocol: socket.getProtocol(),
  }
  const details = { observed: { value: days, unit: 'd' }, data }
  if (wall > endsAt) {
    const message = `${which} of ${place} ended ${-days} d ago, on ${data.validTo.slice(0, 10)}. Renew it, and reload the server.`
    return unhealthy('TLS_EXPIRED', message, details)
  }
  if (wrong !== null && wrong !== undefined) {
    const code =
      wrong instanceof Error ? (wrong as NodeJS.ErrnoException).code : typeof wrong === 'string' ? wrong : undefined
    return { ...resultFromError({ code }, place), ...details }
  }
  for (const [give, limit] of [
    [unhealthy, daysUnhealthy],
    [degraded, daysDegraded],
  ] as const) {
    if (days < limit) {
      const message = `${which} of ${place} ends in ${days} d, limit ${limit} d. Renew it, and see why that was not done by itself.`
      return give('TLS_EXPIRES_SOON', message, details)
    }
  }
  const judged = judgeTime(ms, wanted, `The handshake with ${place}`, data)
  if (judged.status !== 'healthy') return judged
  return { ...judged, ...details, message: `The certificate of ${place} is good for ${days} d.` }
}

/** The certificates that the server sent and those that they lead to; the last one leads to itself. */
function chainOf(leaf: DetailedPeerCertificate): readonly DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = []
  let each: DetailedPeerCertificate | undefined = leaf
  // Without a certificate it is an empty object.
  while (each?.valid_to !== undefined && !chain.includes(each) && chain.length < LONGEST_CHAIN) {
    chain.push(each)
    each = each.issuerCertificate
  }
  return chain
}

/** When it ends, in ms since 1970. One that does not say so goes before all others. */
function endOf({ valid_to: end }: DetailedPeerCertificate): number {
  const endsAt = Date.parse(end)
  return Number.isNaN(endsAt) ? -Infinity : endsAt
}

function nameOf(subject: Readonly<Record<string, string | string[] | undefined>>): string {
  return String(subject['CN'] ?? subject['O'] ?? 'without a name').slice(0, 100)
}
