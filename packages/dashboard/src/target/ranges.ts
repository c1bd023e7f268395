/** Ranges of the latency chart. Times ahead end "now"; how often a range is worth loading again follows its length. */
export interface Range {
  readonly id: string
  readonly label: string
  readonly ms: number
  readonly refreshMs: number
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export const RANGES: readonly [Range, ...Range[]] = [
  { id: '1h', label: '1 h', ms: HOUR, refreshMs: 10_000 },
  { id: '15m', label: '15 min', ms: 15 * MINUTE, refreshMs: 5_000 },
  { id: '6h', label: '6 h', ms: 6 * HOUR, refreshMs: 30_000 },
  { id: '24h', label: '24 h', ms: DAY, refreshMs: MINUTE },
  { id: '7d', label: '7 d', ms: 7 * DAY, refreshMs: 5 * MINUTE },
  { id: '30d', label: '30 d', ms: 30 * DAY, refreshMs: 5 * MINUTE },
]

/** In the order of their length, as the picker shows them. */
export const RANGES_BY_LENGTH: readonly Range[] = RANGES.toSorted((a, b) => a.ms - b.ms)

/** The range with an id, or the first. */
export function rangeOf(id: string | undefined): Range {
  return RANGES.find((range) => range.id === id) ?? RANGES[0]
}
