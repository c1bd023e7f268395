import { Baseline, type Usual } from './baseline.ts'
import { Sketch } from './sketch.ts'

/** The p95 of fewer is their slowest one: no measure of what is usual. */
const LEAST_REQUESTS = 20
/** Windows remembered: of five minutes each, the last six hours. */
const MOST_WINDOWS = 72
/** Past windows before anything is called usual. */
const LEAST_WINDOWS = 3

/** What was counted over the window that ends now. */
export interface Counted {
  readonly requests: number
  /** Answers with 500 and above. */
  readonly errors: number
  /** Undefined when there were no requests. Quantiles are off by at most 1.1 %. */
  readonly p50Ms: number | undefined
  readonly p95Ms: number | undefined
  readonly p99Ms: number | undefined
  /** The p95 of past windows in ms; undefined until there have been three with 20 requests or more. */
  readonly usual: Usual | undefined
}

interface Slice {
  /** Which slice since the start it is; a ring of them holds the window. */
  index: number
  errors: number
  readonly times: Sketch
}

/** How long requests or runs took in a sliding window, and the p95 of the windows before it. */
export class WindowTimes {
  readonly #parts: number
  readonly #slices: (Slice | undefined)[] = []
  readonly #baseline = new Baseline(MOST_WINDOWS)
  #window = 0

  /** @param parts slices of a window, which slides by one of them. */
  constructor(parts: number) {
    this.#parts = parts
  }

  /** Counts what ended in slice `index`, which never goes back. */
  add(index: number, durationMs: number, failed = false): void {
    this.#closeWindow(index)
    const slice = this.#sliceAt(index)
    slice.times.add(durationMs)
    if (failed) slice.errors++
  }

  /** What was counted in the window that ends with slice `index`. */
  count(index: number): Counted {
    this.#closeWindow(index)
    const { errors, times } = this.#sum((slice) => slice.index > index - this.#parts)
    return {
      requests: times.count,
      errors,
      p50Ms: times.quantile(0.5),
      p95Ms: times.quantile(0.95),
      p99Ms: times.quantile(0.99),
      usual: this.#baseline.usual(LEAST_WINDOWS),
    }
  }

  /** Windows for the baseline stand side by side, so that each request counts in one of them. */
  #closeWindow(index: number): void {
    const window = Math.floor(index / this.#parts)
    if (window === this.#window) return
    const { times } = this.#sum((slice) => Math.floor(slice.index / this.#parts) === this.#window)
    const p95 = times.quantile(0.95)
    if (p95 !== undefined && times.count >= LEAST_REQUESTS) this.#baseline.add(p95)
    this.#window = window
  }

  #sliceAt(index: number): Slice {
    const place = index % this.#parts
    const slice = (this.#slices[place] ??= { index, errors: 0, times: new Sketch() })
    if (slice.index !== index) {
      slice.index = index
      slice.errors = 0
      slice.times.clear()
    }
    return slice
  }

  #sum(counts: (slice: Slice) => boolean): { readonly errors: number; readonly times: Sketch } {
    const times = new Sketch()
    let errors = 0
    for (const slice of this.#slices) {
      if (slice === undefined || !counts(slice)) continue
      times.merge(slice.times)
      errors += slice.errors
    }
    return { errors, times }
  }
}
