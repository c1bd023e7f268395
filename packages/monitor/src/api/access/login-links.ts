import { systemClock, type Clock } from 'hale'
import type { AccessScope } from './keys.ts'
import { digestOf, newSecret } from './secret.ts'

/** Tokens of one-time login links. In memory only: a restart forgets them. */
export interface LoginLinks {
  /** A token that opens one session within a quarter of an hour. */
  create(scope: AccessScope): string
  /** What the token allows; undefined when it is unknown, used or too old. It is used up either way. */
  redeem(token: string): AccessScope | undefined
}

const LIFE_MS = 15 * 60_000
/** More links than anybody clicks; the oldest go first. */
const MOST = 20

export function createLoginLinks(clock: Clock = systemClock): LoginLinks {
  const links = new Map<string, { readonly scope: AccessScope; readonly until: number }>()
  return {
    create(scope) {
      const token = newSecret()
      const [oldest] = links.keys()
      if (oldest !== undefined && links.size >= MOST) links.delete(oldest)
      links.set(digestOf(token), { scope, until: clock.now() + LIFE_MS })
      return token
    },
    redeem(token) {
      const digest = digestOf(token)
      const link = links.get(digest)
      links.delete(digest)
      return link !== undefined && clock.now() < link.until ? link.scope : undefined
    },
  }
}
