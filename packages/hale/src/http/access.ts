import type { Clock } from '../core/clock.ts'
import { guardLogger, type Logger } from '../core/logger.ts'
import { HealthSetupError, type Problem } from '../core/misuse.ts'
import { clientAddress, parseRange, type Address, type AddressRange } from './addresses.ts'
import { createCertificateList, type ClientCertificate } from './certificates.ts'
import { createKeyRing, type Key } from './keys.ts'
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
  /** Wrong keys and refused tokens that one address may bring a minute. Default 10. */
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
 * Wrong credentials cost a try, and a client without tries left is judged by nothing that could be found by trying: not by
 * a verifier, not by keys below 16 characters. Probes bring no credentials and good keys cost nothing, so neither is limited.
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
  const logger = guardLogger(options.logger ?? console)
  const knowsPeers = addresses.length > 0 || (options.certificates ?? []).length > 0
  const addressOf = ({ header, peer }: HandlerRequest): Address | undefined =>
    clientAddress(peer?.()?.address, () => header('x-forwarded-for'), proxies)

  const byPeer = (request: HandlerRequest): Tier => {
    const certificate = request.peer?.()?.certificate
    const address = addresses.length === 0 ? undefined : addressOf(request)
    const isNear = address !== undefined && addresses.some((range) => range.contains(address))
    return higher(certificate === undefined ? 'public' : certificateTier(certificate), isNear ? 'detail' : 'public')
  }

  const byCredentials = (request: HandlerRequest, key: string | undefined): Tier | Promise<Tier> => {
    const client = clientOf(addressOf(request))
    const giveBack = tries.take(client, clock.now())
    const mayGuess = giveBack !== undefined
    const settle = (tier: Tier): Tier => {
      if (tier !== 'public') giveBack?.()
      return tier
    }
    const askOn = (tier: Tier): Tier | Promise<Tier> => {
      if (tier !== 'public' || verify === undefined || !mayGuess) return settle(tier)
      return askVerifier(verify, request, clock, logger).then(settle)
    }
    const byKey = key === undefined ? 'public' : ring.judge(key, { wall: clock.wall(), mayGuess })
    return byKey instanceof Promise ? byKey.then(askOn) : askOn(byKey)
  }

  return {
    tierOf(request) {
      const { header } = request
      if (!isAsking(request.method) && isFromAnotherSite(header)) return 'public'
      const standing = knowsPeers ? byPeer(request) : 'public'
      if (standing === 'admin' || (ring.size === 0 && verify === undefined)) return standing
      const key = presentedKey(header)
      const hasCredentials =
        key !== undefined ||
        (verify !== undefined && (header('authorization') !== undefined || header('cookie') !== undefined))
      if (!hasCredentials) return standing
      const shown = byCredentials(request, key)
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

function presentedKey(header: HandlerRequest['header']): string | undefined {
  const key = header('x-api-key')
  if (key !== undefined) return key
  const authorization = header('authorization')
  return authorization === undefined ? undefined : /^Bearer +(\S+) *$/i.exec(authorization)?.[1]
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
