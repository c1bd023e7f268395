import { formatMs } from '../../core/figures.ts'

const UNITS: readonly (readonly [ms: number, unit: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
]

/** A span as a person says it, in one unit: `420 ms`, `12 s`, `4 min`, `3 h`, `9 d`. Rounds down; below zero is `0 s`. */
export function toSpan(ms: number): string {
  const found = UNITS.find(([size]) => ms >= size)
  return found === undefined ? '0 s' : `${Math.floor(ms / found[0])} ${found[1]}`
}

/** What a run took: `under 0.1 ms`, `0.4 ms`, `42 ms`, `1.2 s`. */
export function toTook(ms: number): string {
  return ms < 0.05 ? 'under 0.1 ms' : formatMs(ms)
}
