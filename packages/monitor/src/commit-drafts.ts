import type { Draft, Shard } from './shard.ts'
import { StoreError, type Store } from './store/store.ts'

export interface Drafted {
  readonly shard: Shard
  readonly draft: Draft
}

export type CommitOutcome = 'ok' | 'fenced' | 'replayed'

export interface Committed {
  readonly committed: readonly { readonly drafted: Drafted; readonly outcome: CommitOutcome }[]
  /** What the store will never take. */
  readonly refused: readonly { readonly drafted: Drafted; readonly error: StoreError }[]
}

/**
 * Commits the drafts of all shards in one transaction. What the store refuses for good it would refuse for ever: then
 * each shard goes by itself, and only the one at fault loses what was found in this tick. Its state stays as it was, so
 * what is wrong with its targets is found again by their next probes.
 *
 * Rejects with a retryable {@link StoreError} when the store fails; trying all of them again is safe, because a tick
 * that was committed already comes back as `replayed`.
 */
export async function commitDrafts(store: Pick<Store, 'commitTicks'>, drafts: readonly Drafted[]): Promise<Committed> {
  try {
    const outcomes = await store.commitTicks(drafts.map(({ draft }) => draft.commit))
    const outcomeOf = ({ shard }: Drafted): CommitOutcome => outcomes.get(shard.lease.shard) ?? 'fenced'
    return { committed: drafts.map((drafted) => ({ drafted, outcome: outcomeOf(drafted) })), refused: [] }
  } catch (error) {
    if (!(error instanceof StoreError) || error.retryable) throw error
    const [drafted] = drafts
    if (drafts.length === 1 && drafted !== undefined) return { committed: [], refused: [{ drafted, error }] }
  }
  const each: Committed[] = []
  for (const drafted of drafts) each.push(await commitDrafts(store, [drafted]))
  return { committed: each.flatMap(({ committed }) => committed), refused: each.flatMap(({ refused }) => refused) }
}
