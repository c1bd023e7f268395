import { WindowTimes } from './window-times.ts'

/** How long the runs of a check took in the last five minutes, or in thirty times `every` where that is longer. */
export interface CheckDurations {
  /** The median in ms, off by at most 1.1 %. */
  readonly p50Ms: number
  /** In ms, off by at most 1.1 %. */
  readonly p95Ms: number
  /** The median of the p95 of past windows, 72 at most, in ms; absent until there have been three with 20 runs or more. */
  readonly usualMs?: number
}

const WINDOW_MS = 300_000
const RUNS = 30
const SLICES = 5

/** The durations of a check's own runs, in the sketch that requests are counted in: 3 KB once it has all it keeps, 10 KB where they spread widely. */
export class Durations {
  readonly #times = new WindowTimes(SLICES)
  readonly #sliceMs: number

  constructor(everyMs: number) {
    this.#sliceMs = Math.max(WINDOW_MS, RUNS * everyMs) / SLICES
  }

  /** `now`: monotonic ms at which the run ended. Passes over a duration that is none, as a broken clock may give. */
  add(now: number, durationMs: number): void {
    if (durationMs >= 0) this.#times.add(this.#sliceAt(now), durationMs)
  }

  /** Undefined when nothing ran in the window that ends now. */
  figures(now: number): CheckDurations | undefined {
    const { p50Ms, p95Ms, usual } = this.#times.count(this.#sliceAt(now))
    if (p50Ms === undefined || p95Ms === undefined) return undefined
    return { p50Ms, p95Ms, ...(usual === undefined ? {} : { usualMs: usual.median }) }
  }

  #sliceAt(now: number): number {
    return Math.floor(now / this.#sliceMs)
  }
}
