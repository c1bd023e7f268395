/** What a histogram has counted since it began. */
export interface HistogramCounts {
  /** Ascending. A value counts below the first bound that it does not exceed. */
  readonly bounds: readonly number[]
  /** How many values lie between each bound and the one before it; one more than there are bounds, the last without one. */
  readonly counts: readonly number[]
  /** Of all values. */
  readonly sum: number
}

/**
 * Counts values between fixed bounds and never forgets one. Coarser than a `Sketch`, but what Prometheus calls a histogram:
 * counts of many processes can be added, and what was counted in any stretch of time is a difference of two counts.
 */
export class Histogram {
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #sum = 0

  /** @param bounds ascending. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0)
  }

  add(value: number): void {
    let place = 0
    while (value > (this.#bounds[place] ?? Infinity)) place++
    this.#counts[place] = (this.#counts[place] ?? 0) + 1
    this.#sum += value
  }

  read(): HistogramCounts {
    return { bounds: this.#bounds, counts: [...this.#counts], sum: this.#sum }
  }
}
