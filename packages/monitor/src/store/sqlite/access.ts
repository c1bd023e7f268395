import type { AccessStore, KeyRecord, SessionRecord } from '../store.ts'
import type { Database } from './database.ts'

/** Keys and sessions, as digests. */
export function createAccess(db: Database): AccessStore {
  return {
    async addKey({ id, name, digest, scope, createdAt }) {
      db.run(
        'insert into access_key (id, name, digest, scope, created_at) values (?, ?, ?, ?, ?)',
        id,
        name,
        digest,
        scope,
        createdAt,
      )
    },
    async keys() {
      return db.all(
        'select id, name, digest, scope, created_at as createdAt from access_key order by created_at, id',
      ) as readonly KeyRecord[]
    },
    async removeKey(id) {
      return db.run('delete from access_key where id = ?', id) > 0
    },
    async addSession({ digest, scope, createdAt, expiresAt }) {
      db.run(
        'insert into session (digest, scope, created_at, expires_at) values (?, ?, ?, ?)',
        digest,
        scope,
        createdAt,
        expiresAt,
      )
    },
    async session(digest) {
      return db.get(
        'select digest, scope, created_at as createdAt, expires_at as expiresAt from session where digest = ?',
        digest,
      ) as SessionRecord | undefined
    },
    async removeSession(digest) {
      db.run('delete from session where digest = ?', digest)
    },
    async removeSessions(which) {
      if ('expiredAt' in which) db.run('delete from session where expires_at <= ?', which.expiredAt)
      else db.run('delete from session where digest is not ?', which.allBut ?? null)
    },
  }
}
