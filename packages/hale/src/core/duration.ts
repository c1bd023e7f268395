/** A length of time: a number of milliseconds, or text such as `500ms`, `10s`, `5m`, `1h30m`, `2d`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}` | (string & {})

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const WHOLE = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g

/**
 * Reads a duration strictly: units are required in text, ordered from large to small, each at most once.
 *
 * @returns milliseconds, or `undefined` when `input` is not a duration.
 */
export function parseDuration(input: unknown): number | undefined {
  if (typeof input === 'number') return Number.isFinite(input) && input >= 0 ? input : undefined
  if (typeof input !== 'string' || input.length > 32 || !WHOLE.test(input)) return undefined
  let total = 0
  let previous = Infinity
  for (const [, amount, unit] of input.matchAll(PART)) {
    const size = UNITS[unit ?? '']
    if (size === undefined || size >= previous) return undefined
    previous = size
    total += Number(amount) * size
  }
  return total
}

/** Writes milliseconds for a person, two units at most: `840 ms`, `10 s`, `1 h 30 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 10_000) return `${Number((ms / 1_000).toFixed(1))} s`
  const seconds = Math.round(ms / 1_000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return join(minutes, 'min', seconds % 60, 's')
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return join(hours, 'h', minutes % 60, 'min')
  return join(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}
