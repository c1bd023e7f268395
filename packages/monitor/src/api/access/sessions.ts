import { systemClock, type Clock } from 'hale'
import type { AccessStore, SessionRecord } from '../../store/store.ts'
import type { AccessScope } from './keys.ts'
import { digestOf, newSecret } from './secret.ts'

/** Browser sessions: each is a cookie's random value, stored as its digest, and ends by itself (S2). */
export interface Sessions {
  open(scope: AccessScope): Promise<{ readonly cookie: string; readonly record: SessionRecord }>
  /** Undefined: unknown, ended or expired. */
  find(cookie: string): Promise<SessionRecord | undefined>
  /** By digest, as {@link find}. */
  lookUp(digest: string): Promise<SessionRecord | undefined>
  end(digest: string): Promise<void>
  endAll(): Promise<void>
  /** Calls back with the digest of every session that is ended here, or `all`. Returns how to stop. */
  onEnd(listener: (digest: string) => void): () => void
}

/** A week: long enough for a page that stays open, short enough for a forgotten one. */
export const SESSION_MS: number = 7 * 86_400_000
const LONGEST = 100

export function createSessions(store: AccessStore, clock: Clock = systemClock): Sessions {
  const listeners = new Set<(digest: string) => void>()
  const tell = (digest: string): void => {
    for (const listener of listeners) listener(digest)
  }
  const lookUp = async (digest: string): Promise<SessionRecord | undefined> => {
    const record = await store.session(digest)
    return record !== undefined && record.expiresAt > clock.wall() ? record : undefined
  }
  return {
    async open(scope) {
      const cookie = newSecret()
      const createdAt = clock.wall()
      const record = { digest: digestOf(cookie), scope, createdAt, expiresAt: createdAt + SESSION_MS }
      await store.removeSessions({ expiredAt: createdAt })
      await store.addSession(record)
      return { cookie, record }
    },
    find: async (cookie) => (cookie.length > LONGEST ? undefined : await lookUp(digestOf(cookie))),
    lookUp,
    async end(digest) {
      await store.removeSession(digest)
      tell(digest)
    },
    async endAll() {
      await store.removeSessions({ allBut: undefined })
      tell('all')
    },
    onEnd(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
