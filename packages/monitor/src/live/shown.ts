import { isDeepStrictEqual } from 'node:util'
import type { TargetDelta, TargetStanding, TargetSummary, Uptime } from '@hale/contract'
import type { TargetSnapshot } from '../evaluate/news.ts'
import type { Memory } from './memory.ts'
import type { TellTime } from './sentence.ts'
import { toStanding, toSummary } from './to-api.ts'

/** A wall time and how to write others as seen from it. */
export interface Moment {
  readonly now: number
  readonly time: TellTime
}

/** What moves without news, such as days left, is looked at again after this. */
const FRESH_MS = 30_000

/** One target as the pages show it, and what of that they have not been told yet. */
export class Shown {
  snapshot: TargetSnapshot
  readonly #memory: Memory
  #standing: TargetStanding
  #standingAt: number
  #uptime: Uptime
  /** Set while something was not told, even if it has become what it was: a page may have seen it in between. */
  readonly #untold = { standing: true, uptime: true }
  /** Beats up to here were told. */
  #toldUntil = -Infinity

  constructor(snapshot: TargetSnapshot, memory: Memory, { now, time }: Moment) {
    this.snapshot = snapshot
    this.#memory = memory
    this.#standing = toStanding(snapshot, now, time)
    this.#standingAt = now
    this.#uptime = memory.uptime(snapshot.series, now)
  }

  take(snapshot: TargetSnapshot, moment: Moment): void {
    this.snapshot = snapshot
    this.#renew(moment)
  }

  /** Looks at the past anew, which has just been loaded. */
  recall(now: number): void {
    this.#uptime = this.#memory.uptime(this.snapshot.series, now)
    this.#untold.uptime = true
    this.#toldUntil = -Infinity
  }

  summary(moment: Moment): TargetSummary {
    if (Math.abs(moment.now - this.#standingAt) >= FRESH_MS || this.#isUptimeOld(moment.now)) this.#renew(moment)
    return toSummary(this.#standing, this.#uptime, this.#memory.beats(this.snapshot.series))
  }

  /** What is new since this was asked last. */
  news(): TargetDelta {
    const { standing, uptime } = this.#untold
    const beats = this.#memory.beats(this.snapshot.series, this.#toldUntil)
    this.#toldUntil = beats.at(-1)?.[0] ?? this.#toldUntil
    this.#untold.standing = false
    this.#untold.uptime = false
    return {
      id: this.snapshot.spec.id,
      beats: [...beats],
      ...(uptime ? { uptime: this.#uptime } : {}),
      ...(standing ? { standing: this.#standing } : {}),
    }
  }

  #renew({ now, time }: Moment): void {
    const standing = toStanding(this.snapshot, now, time)
    const changed = !isDeepStrictEqual(standing, this.#standing)
    if (changed) this.#standing = standing
    this.#standingAt = now
    if (changed || this.#isUptimeOld(now)) {
      this.#uptime = this.#memory.uptime(this.snapshot.series, now)
      this.#untold.uptime = true
    }
    this.#untold.standing ||= changed
  }

  /** An uptime that little was observed of moves fast. */
  #isUptimeOld(now: number): boolean {
    const { from, to, unobservedMs } = this.#uptime
    return Math.abs(now - to) >= Math.min(FRESH_MS, to - from - unobservedMs)
  }
}
