/** Scales the MAD of normally distributed figures to their standard deviation. */
const TO_SIGMA = 1.4826

/** What a figure usually is. */
export interface Usual {
  /** The median of the past figures. */
  readonly median: number
  /** Their spread as a standard deviation: 1.4826 times the median absolute deviation (MAD). */
  readonly spread: number
  /** How many figures that rests on. */
  readonly windows: number
}

/**
 * Figures of past windows, such as each one's p95, and what is usual among them. Median and MAD both stand until half of
 * the figures are off, so an incident of an hour does not become what is usual.
 *
 * @see https://www.itl.nist.gov/div898/handbook/eda/section3/eda356.htm (measures of scale)
 */
export class Baseline {
  readonly #figures: number[] = []
  readonly #most: number
  #next = 0

  /** Remembers so many figures. */
  constructor(most: number) {
    this.#most = most
  }

  /** Takes in the figure of a window that is over; the oldest goes when there are too many. */
  add(figure: number): void {
    this.#figures[this.#next] = figure
    this.#next = (this.#next + 1) % this.#most
  }

  /** Undefined while there are fewer than `atLeast` figures. */
  usual(atLeast: number): Usual | undefined {
    if (this.#figures.length < Math.max(1, atLeast)) return undefined
    const median = medianOf(this.#figures)
    const spread = TO_SIGMA * medianOf(this.#figures.map((figure) => Math.abs(figure - median)))
    return { median, spread, windows: this.#figures.length }
  }
}

/** The middle of the figures, NaN when there are none. */
function medianOf(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}
