import type { IncomingHttpHeaders } from 'node:http'
import { systemClock, type Clock } from 'hale'
import type { AccessStore } from '../../store/store.ts'
import { createKeys, type AccessScope, type Keys } from './keys.ts'
import { createLoginLinks, type LoginLinks } from './login-links.ts'
import { createSessions, type Sessions } from './sessions.ts'

/** Who asks, and what they may do. */
export interface Principal {
  readonly scope: AccessScope
  readonly via: 'key' | 'session'
  /** The key's id or the session's digest. */
  readonly id: string
  /** Wall time; null: until the key is removed. */
  readonly expiresAt: number | null
}

export interface Access {
  readonly keys: Keys
  readonly sessions: Sessions
  readonly links: LoginLinks
  /** By `X-API-Key` or `Authorization: Bearer`, else by the session's cookie. A wrong key is not made good by a cookie. */
  authenticate(headers: IncomingHttpHeaders, cookie: string | undefined): Promise<Principal | undefined>
  /** Whether who was let in still would be; for what stays open, such as a stream (S2). */
  isStillIn(principal: Principal): Promise<boolean>
}

export function createAccess(store: AccessStore, clock: Clock = systemClock): Access {
  const keys = createKeys(store, clock)
  const sessions = createSessions(store, clock)
  return {
    keys,
    sessions,
    links: createLoginLinks(clock),
    async authenticate(headers, cookie) {
      const secret = keyIn(headers)
      if (secret !== undefined) {
        const key = await keys.find(secret)
        return key && { scope: key.scope, via: 'key', id: key.id, expiresAt: null }
      }
      const session = cookie === undefined ? undefined : await sessions.find(cookie)
      return session && { scope: session.scope, via: 'session', id: session.digest, expiresAt: session.expiresAt }
    },
    isStillIn: async ({ via, id }) => (via === 'key' ? await keys.has(id) : (await sessions.lookUp(id)) !== undefined),
  }
}

function keyIn(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['x-api-key']
  if (typeof key === 'string') return key
  return /^bearer +(?<key>\S+)$/iu.exec(headers.authorization ?? '')?.groups?.['key']
}
