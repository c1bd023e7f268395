import { Baseline } from './baseline.ts'

/** How long the runs of a check take. */
export interface CheckDurations {
  /** Of the last 32 runs, in ms. */
  readonly p50Ms: number
  /** Of the last 32 runs, in ms. */
  readonly p95Ms: number
  /** The median of the p95 of the runs before, 32 at a time, in ms; absent until there have been three times 32. */
  readonly usualMs?: number
}

const RECENT = 32
const LEAST_WINDOWS = 3
const MOST_WINDOWS = 12

/**
 * The durations of a check's own runs: the last ones as they are, since 32 numbers are smaller than the sketch of them, and
 * what is usual. Half a kilobyte once it has all it keeps.
 */
export class Durations {
  readonly #recent: number[] = []
  #next = 0
  #baseline: Baseline | undefined

  add(durationMs: number): void {
    this.#recent[this.#next] = durationMs
    this.#next = (this.#next + 1) % RECENT
    if (this.#next > 0) return
    this.#baseline ??= new Baseline(MOST_WINDOWS)
    this.#baseline.add(quantile(this.#recent, 0.95))
  }

  figures(): CheckDurations {
    const usual = this.#baseline?.usual(LEAST_WINDOWS)
    return {
      p50Ms: quantile(this.#recent, 0.5),
      p95Ms: quantile(this.#recent, 0.95),
      ...(usual === undefined ? {} : { usualMs: usual.median }),
    }
  }
}

function quantile(values: readonly number[], q: number): number {
  return values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(q * values.length)) - 1] ?? Number.NaN
}
