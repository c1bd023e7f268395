/** Pauses of a span of time, added up: nobody may ask for days, in which there are millions. */
export interface Pauses {
  readonly count: number
  readonly longestMs: number
  readonly totalMs: number
}

export const NO_PAUSES: Pauses = { count: 0, longestMs: 0, totalMs: 0 }

export function addPause({ count, longestMs, totalMs }: Pauses, ms: number): Pauses {
  return { count: count + 1, longestMs: Math.max(longestMs, ms), totalMs: totalMs + ms }
}
