const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A span in words, two units at most: `12 s`, `4 min`, `2 h 5 min`, `3 d 4 h`. Rounds down; a negative span is `0 s`. */
export function span(ms: number): string {
  if (!(ms >= SECOND)) return '0 s'
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`
  if (ms < DAY) return two(ms, HOUR, 'h', MINUTE, 'min')
  return two(ms, DAY, 'd', HOUR, 'h')
}

/** How long ago, in one unit: `just now`, `12 s ago`, `4 min ago`. A future instant (clocks differ) is `just now`. */
export function ago(ms: number): string {
  if (ms < 5 * SECOND) return 'just now'
  return `${coarse(ms)} ago`
}

/** A span in one unit: `12 s`, `4 min`, `3 h`, `9 d`. */
export function coarse(ms: number): string {
  if (ms < MINUTE) return `${Math.max(0, Math.floor(ms / SECOND))} s`
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h`
  return `${Math.floor(ms / DAY)} d`
}

/** A measured response time in three digits at most: `0.4 ms`, `42 ms`, `1.24 s`, `12.3 s`, `2 min`; `–` when it was not measured. */
export function responseTime(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–'
  if (ms === 0) return '0 ms'
  if (ms < 9.95) return `${ms.toFixed(1)} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 9_995) return `${(ms / SECOND).toFixed(2)} s`
  return ms < MINUTE ? `${(ms / SECOND).toFixed(1)} s` : span(ms)
}

function two(ms: number, big: number, bigUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((ms % big) / small)
  const whole = `${Math.floor(ms / big)} ${bigUnit}`
  return rest === 0 ? whole : `${whole} ${rest} ${smallUnit}`
}
