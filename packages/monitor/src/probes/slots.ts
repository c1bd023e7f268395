import { createHash } from 'node:crypto'
import type { TargetSpec } from '../model.ts'

/** Within this time after it was added a target is probed for the first time, or within its interval if that is less. */
const FIRST_WITHIN_MS = 2_000

/** When a target's probes start: at fixed rate, each target at its own offset, so that the load is even (M2). */
export interface Slots {
  readonly everyMs: number
  /** Offset from the schedule's origin, 0 to `everyMs`. */
  readonly phaseMs: number
  /** Offset of the first probe from the moment the target was added. */
  readonly firstMs: number
  /** Which probe of every `freshEvery` is the fresh one; so that not all targets connect anew at once. */
  readonly freshPhase: number
}

/** The slots of a target, by the hash of its id: the same after every restart. */
export function slotsOf({ id, policy, freshEvery }: TargetSpec): Slots {
  const hash = createHash('sha256').update(id).digest()
  const share = (at: number): number => hash.readUInt32LE(at) / 2 ** 32
  const { everyMs, initialDelayMs } = policy
  return {
    everyMs,
    phaseMs: share(0) * everyMs,
    firstMs: initialDelayMs + share(4) * Math.min(everyMs, FIRST_WITHIN_MS),
    freshPhase: hash.readUInt32LE(8) % freshEvery,
  }
}

/** Number of the first slot after `since`, which is measured from the schedule's origin. */
export function slotAfter({ everyMs, phaseMs }: Slots, since: number): number {
  return Math.floor((since - phaseMs) / everyMs) + 1
}

/** Number of the slot of a target's second probe: the one that follows the first, at `since`, by half an interval or more. */
export function firstSlot(slots: Slots, since: number): number {
  return slotAfter(slots, since + slots.everyMs / 2)
}
