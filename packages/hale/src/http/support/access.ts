import type { Clock } from '../../core/clock.ts'
import { HealthSetupError, type Problem } from '../../core/misuse.ts'
import { isFunction, type Rules } from '../../core/rules.ts'
import type { HandlerOptions } from '../handler.ts'
import { createKeyRing, type Key } from './keys.ts'
import type { HandlerRequest } from './request.ts'
import { higher, type Tier } from './tier.ts'

/** Ways in besides keys, for one handler with its clock; `allow` of `hale/http/allow` makes them. */
export type Ways = (clock: Clock) => {
  /** What the connection itself opens. Undefined: nothing. */
  readonly byPeer: ((request: HandlerRequest) => Tier) | undefined
  /** What credentials open that are no key. Undefined: nothing. Never rejects. */
  readonly byToken: ((request: HandlerRequest) => Promise<Tier>) | undefined
}

export const ACCESS_RULES: Rules<Pick<HandlerOptions, 'keys' | 'access'>> = {
  keys: (keys) => keys !== undefined && !Array.isArray(keys) && 'is not a list, such as [process.env.HEALTH_KEY]',
  access: (ways) => ways !== undefined && !isFunction(ways) && 'is not made by allow of hale/http/allow',
}

/** Says who somebody is. */
export interface Access {
  /** At once unless a verifier or Web Crypto has to be waited for. Never rejects. */
  tierOf(request: HandlerRequest): Tier | Promise<Tier>
}

/**
 * Access by key and by the other ways that are given. Without any of them everybody is `public`.
 *
 * A right key always opens, whatever others try from the same address: a key costs one digest.
 *
 * @throws {HealthSetupError} when a key is malformed; names every one that is.
 */
export function createAccess(keys: readonly Key[], ways: Ways | undefined, clock: Clock): Access {
  const problems: Problem[] = []
  const ring = createKeyRing(keys, problems)
  if (problems.length > 0) throw new HealthSetupError(problems)
  const { byPeer, byToken } = ways?.(clock) ?? {}

  const byCredentials = (request: HandlerRequest, presented: readonly string[]): Tier | Promise<Tier> => {
    const askOn = (tier: Tier): Tier | Promise<Tier> =>
      tier !== 'public' || byToken === undefined ? tier : byToken(request)
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
      const standing = byPeer?.(request) ?? 'public'
      if (standing === 'admin' || (ring.size === 0 && byToken === undefined)) return standing
      const presented = presentedKeys(header)
      const hasCredentials =
        presented.length > 0 ||
        (byToken !== undefined && (header('authorization') !== undefined || header('cookie') !== undefined))
      if (!hasCredentials) return standing
      const shown = byCredentials(request, presented)
      return shown instanceof Promise ? shown.then((tier) => higher(tier, standing)) : higher(shown, standing)
    },
  }
}

/** Both places are looked into: a gateway may use the one for itself. */
function presentedKeys(header: HandlerRequest['header']): readonly string[] {
  const bearer = /^Bearer +(\S+) *$/i.exec(header('authorization') ?? '')?.[1]
  return [header('x-api-key'), bearer].filter((key) => key !== undefined)
}

function highest(tiers: readonly Tier[]): Tier {
  return tiers.reduce<Tier>((tier, each) => higher(tier, each), 'public')
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
