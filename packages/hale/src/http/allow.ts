import type { Clock } from '../core/clock.ts'
import { guardLogger, type Logger } from '../core/logger.ts'
import { HealthSetupError, type Problem } from '../core/misuse.ts'
import { findMisuse, isFunction, isWhole, loggerRule, optional, type Rules } from '../core/rules.ts'
import type { Ways } from './support/access.ts'
import { clientAddress, isWithin, parseRange, type Address, type AddressRange } from './support/addresses.ts'
import { createCertificateList, type ClientCertificate } from './support/certificates.ts'
import { sha256, type Digest } from './support/digest.ts'
import { KnownCredentials } from './support/known-credentials.ts'
import type { HandlerRequest } from './support/request.ts'
import { higher, type Tier } from './support/tier.ts'
import { clientOf, Tries } from './support/tries.ts'
import { askVerifier, type Verifier } from './support/verifier.ts'

export type { Ways } from './support/access.ts'

/** Ways in besides keys. Whoever several of them let in has the highest tier among them. */
export interface AccessOptions {
  /**
   * Your own judge of tokens and sessions. Asked only about requests that bring `Authorization`, `X-API-Key` or `Cookie`
   * and that no key let in, so a probe never waits for it. When it throws, says no tier, or takes over 2 s: `public`.
   */
  readonly verify?: Verifier
  /** Addresses and ranges that see the report, such as `10.0.0.0/8`. Default none. */
  readonly addresses?: readonly string[]
  /** Clients of mutual TLS. Counts only what the server itself has verified (`requestCert` and `ca`). Default none. */
  readonly certificates?: readonly ClientCertificate[]
  /** Addresses and ranges of your own proxies, whose `X-Forwarded-For` is believed. Default none: it is ignored. */
  readonly trustProxy?: readonly string[]
  /** Credentials, refused before or never seen, that `verify` is asked about for one address a minute. Default 10. */
  readonly triesPerMinute?: number
  /** Where a verifier's errors go. Default `console`. */
  readonly logger?: Logger
}

const RULES: Rules<AccessOptions> = {
  verify: optional('a function', isFunction),
  addresses: optional("a list such as ['10.0.0.0/8']", Array.isArray),
  certificates: optional('a list of certificates', Array.isArray),
  trustProxy: optional("a list such as ['10.0.0.0/8']", Array.isArray),
  triesPerMinute: optional('a number from 1 on', (tries) => isWhole(tries, 1)),
  logger: loggerRule,
}

/**
 * Ways in besides keys: addresses, certificates of mutual TLS, a judge of your own.
 *
 *     healthHandler(health, { access: allow({ addresses: ['10.0.0.0/8'] }) })
 *
 * @throws {HealthSetupError} when something is malformed; names everything that is.
 */
export function allow(options: AccessOptions): Ways {
  const problems: Problem[] = []
  findMisuse(options, RULES, (field, message) => problems.push({ field: `access.${field}`, message }))
  const { triesPerMinute = 10, verify } = options
  const certificates = listOf(options.certificates)
  const certificateTier = createCertificateList(certificates, problems)
  const addresses = readRanges('access.addresses', listOf(options.addresses), problems)
  const proxies = readRanges('access.trustProxy', listOf(options.trustProxy), problems)
  if (problems.length > 0) throw new HealthSetupError(problems)

  const logger = guardLogger(options.logger ?? console)
  const addressOf = ({ header, peer }: HandlerRequest): Address | undefined =>
    clientAddress(peer?.()?.address, () => header('x-forwarded-for'), proxies)

  // Behind a proxy that nobody named, everybody in the world would have the proxy's address.
  const isForwardedBlindly = ({ header, peer }: HandlerRequest): boolean =>
    header('x-forwarded-for') === undefined ? header('forwarded') !== undefined : !isWithin(peer?.()?.address, proxies)

  const byPeer = (request: HandlerRequest): Tier => {
    const certificate = request.peer?.()?.certificate
    const address = addresses.length === 0 || isForwardedBlindly(request) ? undefined : addressOf(request)
    const isNear = address !== undefined && addresses.some((range) => range.contains(address))
    return higher(certificate === undefined ? 'public' : certificateTier(certificate), isNear ? 'detail' : 'public')
  }

  return (clock) => ({
    byPeer: addresses.length > 0 || certificates.length > 0 ? byPeer : undefined,
    byToken: verify && rationed({ ask: verify, triesPerMinute, addressOf, logger, clock }),
  })
}

interface Ration {
  readonly ask: Verifier
  readonly triesPerMinute: number
  readonly addressOf: (request: HandlerRequest) => Address | undefined
  readonly logger: Logger
  readonly clock: Clock
}

/**
 * A verifier, asked no more often than it should be: what it refuses costs a try, and a client without tries left is asked
 * about no more, unless it brings what the verifier has let in within the last ten minutes. Probes bring no credentials and
 * are never limited.
 */
function rationed({
  addressOf,
  ask,
  clock,
  logger,
  triesPerMinute,
}: Ration): (request: HandlerRequest) => Promise<Tier> {
  const tries = new Tries(triesPerMinute)
  const known = new KnownCredentials()

  const byVerifier = (request: HandlerRequest, client: string, digest: string): Promise<Tier> => {
    const now = clock.now()
    const giveBack = known.has(digest, now) ? () => {} : tries.take(client, now)
    if (giveBack === undefined) return Promise.resolve('public')
    const judgement = askVerifier(ask, request, clock, logger).then((tier) => {
      if (tier === 'public') return tier
      known.note(digest, clock.now())
      giveBack()
      return tier
    })
    return known.keep(digest, judgement)
  }

  return async (request) => {
    const digest = toHex(await sha256(credentialsOf(request)))
    // Many requests at once with one good token cost one try: the others wait for what the first finds.
    const first = known.underWay(digest)
    if (first !== undefined) await first
    return byVerifier(request, clientOf(addressOf(request)), digest)
  }
}

/** What is no list was refused before. */
function listOf<T>(given: readonly T[] | undefined): readonly T[] {
  return Array.isArray(given) ? (given as readonly T[]) : []
}

function readRanges(field: string, texts: readonly string[], problems: Problem[]): readonly AddressRange[] {
  return texts.flatMap((text, index) => {
    const range = parseRange(text)
    if (typeof range === 'object') return [range]
    problems.push({ field: `${field}[${index}]`, message: range })
    return []
  })
}

/** All that a verifier may judge by, as one text. */
function credentialsOf({ header }: HandlerRequest): string {
  return JSON.stringify(['authorization', 'x-api-key', 'cookie'].map((name) => header(name) ?? null))
}

function toHex(digest: Digest): string {
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
