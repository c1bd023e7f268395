import type { Clock } from '../core/clock.ts'
import { guardLogger, type Logger } from '../core/logger.ts'
import { HealthSetupError, type Problem } from '../core/misuse.ts'
import { clientAddress, isWithin, parseRange, type Address, type AddressRange } from './addresses.ts'
import { createCertificateList, type ClientCertificate } from './certificates.ts'
import { sha256, type Digest } from './digest.ts'
import { createKeyRing, type Key } from './keys.ts'
import { KnownCredentials } from './known-credentials.ts'
import type { HandlerRequest } from './request.ts'
import { higher, type Tier } from './tier.ts'
import { clientOf, Tries } from './tries.ts'
import { askVerifier, type Verifier } from './verifier.ts'

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

/** Says who somebody is. */
export interface Access {
  /** At once unless a verifier or Web Crypto has to be waited for. Never rejects. */
  tierOf(request: HandlerRequest): Tier | Promise<Tier>
}

/**
 * Access by key, address, certificate and verifier. Without any of them everybody is `public`.
 *
 * A right key always opens, whatever others try from the same address: a key costs one digest. Only a verifier is rationed:
 * what it refuses costs a try, and a client without tries left is asked about no more, unless it brings what the verifier
 * has let in within the last ten minutes. Probes bring no credentials and are never limited.
 *
 * @throws {HealthSetupError} when something is malformed; names everything that is.
 */
export function createAccess(keys: readonly Key[], options: AccessOptions, clock: Clock): Access {
  const problems: Problem[] = []
  const { triesPerMinute = 10, verify } = options
  const ring = createKeyRing(keys, problems)
  const certificateTier = createCertificateList(options.certificates ?? [], problems)
  const addresses = readRanges('access.addresses', options.addresses ?? [], problems)
  const proxies = readRanges('access.trustProxy', options.trustProxy ?? [], problems)
  if (!Number.isInteger(triesPerMinute) || triesPerMinute < 1) {
    problems.push({ field: 'access.triesPerMinute', message: `${triesPerMinute} is not a number from 1 on` })
  }
  if (problems.length > 0) throw new HealthSetupError(problems)

  const tries = new Tries(triesPerMinute)
  const known = new KnownCredentials()
  const logger = guardLogger(options.logger ?? console)
  const knowsPeers = addresses.length > 0 || (options.certificates ?? []).length > 0
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

  const byVerifier = (ask: Verifier, request: HandlerRequest, client: string, digest: string): Promise<Tier> => {
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

  const byToken = async (ask: Verifier, request: HandlerRequest): Promise<Tier> => {
    const digest = toHex(await sha256(credentialsOf(request)))
    // Many requests at once with one good token cost one try: the others wait for what the first finds.
    const first = known.underWay(digest)
    if (first !== undefined) await first
    return byVerifier(ask, request, clientOf(addressOf(request)), digest)
  }

  const byCredentials = (request: HandlerRequest, presented: readonly string[]): Tier | Promise<Tier> => {
    const askOn = (tier: Tier): Tier | Promise<Tier> =>
      tier !== 'public' || verify === undefined ? tier : byToken(verify, request)
    const tiers = presented.map((key) => ring.judge(key, clock.wall()))
    const ready = tiers.filter((tier): tier is Tier => !(tier instanceof Promise))
    return ready.length === tiers.length
      ? askOn(highest(ready))
      : Promise.all(tiers.map(async (tier) => tier)).then((all) => askOn(highest(all)))
  }

  return {
    tierOf(request) {
      const { header } = request
      if (!isAsking(request.method) && isFromAnotherSite(header)) return 'public'
      const standing = knowsPeers ? byPeer(request) : 'public'
      if (standing === 'admin' || (ring.size === 0 && verify === undefined)) return standing
      const presented = presentedKeys(header)
      const hasCredentials =
        presented.length > 0 ||
        (verify !== undefined && (header('authorization') !== undefined || header('cookie') !== undefined))
      if (!hasCredentials) return standing
      const shown = byCredentials(request, presented)
      return shown instanceof Promise ? shown.then((tier) => higher(tier, standing)) : higher(shown, standing)
    },
  }
}

function readRanges(field: string, texts: readonly string[], problems: Problem[]): readonly AddressRange[] {
  return texts.flatMap((text, index) => {
    const range = parseRange(text)
    if (typeof range === 'object') return [range]
    problems.push({ field: `${field}[${index}]`, message: range })
    return []
  })
}

/** Both places are looked into: a gateway may use the one for itself. */
function presentedKeys(header: HandlerRequest['header']): readonly string[] {
  const bearer = /^Bearer +(\S+) *$/i.exec(header('authorization') ?? '')?.[1]
  return [header('x-api-key'), bearer].filter((key) => key !== undefined)
}

/** All that a verifier may judge by, as one text. */
function credentialsOf({ header }: HandlerRequest): string {
  return JSON.stringify(['authorization', 'x-api-key', 'cookie'].map((name) => header(name) ?? null))
}

function highest(tiers: readonly Tier[]): Tier {
  return tiers.reduce<Tier>((tier, each) => higher(tier, each), 'public')
}

function toHex(digest: Digest): string {
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function isAsking(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

/** A browser sends cookies, certificates and its address for any page that asks it to: such a page changes nothing (S3). */
function isFromAnotherSite(header: HandlerRequest['header']): boolean {
  const site = header('sec-fetch-site')
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const origin = header('origin')
  return origin !== undefined && origin.replace(/^https?:\/\//, '') !== header('host')
}
