import type { Uptime } from '@hale/contract'
import type { StateInterval } from '../model.ts'

/**
 * Uptime over a window that moves with time, kept as intervals come: reading costs the same however many there were.
 * The parts add up to the window, exact to the millisecond (M7): time that no interval covers is unobserved, where two
 * overlap the earlier one counts, and what was skipped was not asked.
 */
export class UptimeWindow {
  readonly #lengthMs: number
  /** Closed spans, oldest first; those before `#oldest` have left the window. */
  #closed: Span[] = []
  #oldest = 0
  /** The first of those in the window that was observed, or the end of the list. */
  #seen = 0
  readonly #sums: Record<Part, number> = { healthyMs: 0, degradedMs: 0, downMs: 0, maintenanceMs: 0 }
  #open: StateInterval | undefined
  /** Up to here time is given away: where two overlap the earlier counts. */
  #covered = -Infinity

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs
  }

  /** Takes the next interval of the series in, or the open one again. Older ones change nothing. */
  add(interval: StateInterval): void {
    if (this.#open !== undefined) {
      if (interval.seq < this.#open.seq) return
      if (interval.seq > this.#open.seq) this.#close(this.#open, this.#open.to ?? interval.from)
    }
    this.#open = interval
  }

  /** @param lastObservedAt where the open interval ends for now: after that nobody looked. */
  read(now: number, lastObservedAt: number): Uptime {
    const from = now - this.#lengthMs
    this.#forget(from)
    const spent = { ...this.#sums }
    const first = this.#closed[this.#oldest]
    const seen = this.#closed[this.#seen]
    let observedFrom = seen === undefined ? null : Math.max(from, seen.from)
    if (first?.part !== undefined) spent[first.part] -= Math.max(0, from - first.from)
    if (this.#open !== undefined) {
      const part = PART[this.#open.status]
      const start = Math.max(this.#open.from, this.#covered, from)
      const stop = Math.min(this.#open.to ?? lastObservedAt, now)
      if (part !== undefined && stop > start) {
        spent[part] += stop - start
        observedFrom ??= start
      }
    }
    const judged = spent.healthyMs + spent.degradedMs + spent.downMs
    const observed = judged + spent.maintenanceMs
    return {
      from,
      to: now,
      up: judged === 0 ? null : (spent.healthyMs + spent.degradedMs) / judged,
      coverage: observed / this.#lengthMs,
      ...spent,
      unobservedMs: this.#lengthMs - observed,
      observedFrom,
    }
  }

  #close(interval: StateInterval, to: number): void {
    const from = Math.max(interval.from, this.#covered)
    if (to <= from) return
    const part = PART[interval.status]
    this.#closed.push({ part, from, to })
    if (part !== undefined) this.#sums[part] += to - from
    this.#covered = to
  }

  #forget(before: number): void {
    for (let span = this.#closed[this.#oldest]; span !== undefined && span.to <= before;) {
      if (span.part !== undefined) this.#sums[span.part] -= span.to - span.from
      this.#oldest += 1
      span = this.#closed[this.#oldest]
    }
    this.#seen = Math.max(this.#seen, this.#oldest)
    while (this.#seen < this.#closed.length && this.#closed[this.#seen]?.part === undefined) this.#seen += 1
    if (this.#oldest > 64 && this.#oldest * 2 > this.#closed.length) {
      this.#closed = this.#closed.slice(this.#oldest)
      this.#seen -= this.#oldest
      this.#oldest = 0
    }
  }
}

type Part = 'healthyMs' | 'degradedMs' | 'downMs' | 'maintenanceMs'

interface Span {
  /** Undefined: unobserved. */
  readonly part: Part | undefined
  readonly from: number
  readonly to: number
}

const PART: Readonly<Record<StateInterval['status'], Part | undefined>> = {
  healthy: 'healthyMs',
  degraded: 'degradedMs',
  unhealthy: 'downMs',
  unknown: 'downMs',
  maintenance: 'maintenanceMs',
  skipped: undefined,
  unobserved: undefined,
}
