import { timingSafeEqual } from 'node:crypto'
import { systemClock, type Clock } from 'hale'
import type { AccessStore, KeyRecord } from '../../store/store.ts'
import { digestOf, newSecret } from './secret.ts'

/** What a key or session may do: look, or also change. */
export type AccessScope = KeyRecord['scope']

/** The keys of the API: several at once, so that they can be rotated (S1). */
export interface Keys {
  /** Makes a key. Only its digest is kept, so `secret` is shown now or never. */
  add(name: string, scope: AccessScope): Promise<{ readonly secret: string; readonly record: KeyRecord }>
  /** The record that a secret belongs to. */
  find(secret: string): Promise<KeyRecord | undefined>
  list(): Promise<readonly KeyRecord[]>
  /** True while the key has not been removed. */
  has(id: string): Promise<boolean>
  /** Ends every session as well: one of them may have been opened with this key (S2). False: there is no such key. */
  remove(id: string): Promise<boolean>
}

/** Begins every key, so that scanners for leaked secrets can know it. */
const PREFIX = 'hale_'
const LONGEST = 200
/** A key removed by another process stops working within this time. */
const FRESH_MS = 2_000

export function createKeys(store: AccessStore, clock: Clock = systemClock): Keys {
  let kept: { readonly records: readonly KeyRecord[]; readonly at: number } | undefined
  const records = async (): Promise<readonly KeyRecord[]> => {
    if (kept === undefined || clock.now() - kept.at > FRESH_MS) kept = { records: await store.keys(), at: clock.now() }
    return kept.records
  }
  return {
    async add(name, scope) {
      const secret = `${PREFIX}${newSecret()}`
      const digest = digestOf(secret)
      const record: KeyRecord = { id: digest.slice(0, 8), name, digest, scope, createdAt: clock.wall() }
      await store.addKey(record)
      kept = undefined
      return { secret, record }
    },
    async find(secret) {
      if (secret.length > LONGEST) return undefined
      const digest = Buffer.from(digestOf(secret), 'hex')
      let found: KeyRecord | undefined
      // Every key is compared, whichever matches, and each in constant time.
      for (const record of await records()) {
        const known = Buffer.from(record.digest, 'hex')
        if (known.length === digest.length && timingSafeEqual(known, digest)) found = record
      }
      return found
    },
    list: () => store.keys(),
    has: async (id) => (await records()).some((record) => record.id === id),
    async remove(id) {
      kept = undefined
      const removed = await store.removeKey(id)
      if (removed) await store.removeSessions({ allBut: undefined })
      return removed
    },
  }
}
