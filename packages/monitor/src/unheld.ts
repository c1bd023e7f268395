import { age, type Instant } from 'hale'
import type { TargetSnapshot } from './evaluate/news.ts'

/**
 * Targets of shards that this worker no longer holds and nobody is known to hold, because the store fails: what was last
 * believed of them is still shown, and grows stale (E2), rather than vanish (E11).
 */
export interface Unheld {
  keep(shard: number, targets: readonly TargetSnapshot[]): void
  /** Lets time pass. Returns the targets that are no longer believed. */
  age(at: Instant): readonly TargetSnapshot[]
  /** Forgets those of a shard, or of all. Returns their ids. */
  forget(shard?: number): readonly string[]
}

export function createUnheld(): Unheld {
  const shards = new Map<number, readonly TargetSnapshot[]>()
  return {
    keep: (shard, targets) => void shards.set(shard, targets),
    age(at) {
      const aged: TargetSnapshot[] = []
      for (const [shard, targets] of shards) {
        const after = targets.map((target) => ageSnapshot(target, at))
        aged.push(...after.filter((target, place) => target !== targets[place]))
        shards.set(shard, after)
      }
      return aged
    },
    forget(shard) {
      const given = shard === undefined ? [...shards.keys()] : [shard]
      const ids = given.flatMap((each) => (shards.get(each) ?? []).map(({ spec }) => spec.id))
      for (const each of given) shards.delete(each)
      return ids
    },
  }
}

function ageSnapshot(target: TargetSnapshot, at: Instant): TargetSnapshot {
  const { policy } = target.spec
  const state = age(target.state, at, policy)
  const components = target.components.map((each) => {
    const aged = age(each.state, at, policy)
    return aged === each.state ? each : { ...each, state: aged }
  })
  const same = state === target.state && components.every((each, place) => each === target.components[place])
  return same ? target : { ...target, state, components }
}
