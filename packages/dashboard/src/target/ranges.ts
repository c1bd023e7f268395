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

/** In the order of their length, as the picker shows them. */
export const RANGES: readonly [Range, Range, ...Range[]] = [
  { id: '15m', label: '15 min', ms: 15 * MINUTE, refreshMs: 5_000 },
  { id: '1h', label: '1 h', ms: HOUR, refreshMs: 10_000 },
  { id: '6h', label: '6 h', ms: 6 * HOUR, refreshMs: 30_000 },
  { id: '24h', label: '24 h', ms: DAY, refreshMs: MINUTE },
  { id: '7d', label: '7 d', ms: 7 * DAY, refreshMs: 5 * MINUTE },
  { id: '30d', label: '30 d', ms: 30 * DAY, refreshMs: 5 * MINUTE },
]

/** The range to begin with: an hour, or as little as there is to see. `historyMs`: since when the target has been watched. */
export function fittingRange(historyMs: number): Range {
  const [quarter, hour] = RANGES
  return historyMs < quarter.ms ? quarter : hour
}
