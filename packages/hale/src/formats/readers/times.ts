const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?$/
// Below this a number of the epoch must mean seconds: as milliseconds it would be before March 1973.
const SECONDS_BELOW = 1e11

/**
 * Wall milliseconds of an ISO 8601 time (UTC when it names no zone) or of a number of seconds or milliseconds since 1970.
 * What is before that is no time: Go and .NET say "never" with their year 1.
 */
export function readTime(value: unknown): number | undefined {
  if (typeof value === 'number') return readEpoch(value)
  if (typeof value !== 'string' || value.length > 40) return undefined
  const match = ISO.exec(value)
  if (match === null) return undefined
  const wall = Date.parse(match[1] === undefined ? `${value}Z` : value)
  return wall > 0 ? wall : undefined
}

function readEpoch(value: number): number | undefined {
  if (!Number.isFinite(value) || value <= 0) return undefined
  const wall = value < SECONDS_BELOW ? value * 1_000 : value
  return wall <= 8.64e15 ? wall : undefined
}

const TIME_SPAN = /^(?:(\d{1,8})\.)?(\d\d):(\d\d):(\d\d(?:\.\d{1,7})?)$/

/** Milliseconds of a .NET `TimeSpan`: `[d.]hh:mm:ss[.fffffff]`. */
export function readTimeSpan(value: unknown): number | undefined {
  const match = typeof value === 'string' ? TIME_SPAN.exec(value) : null
  if (match === null) return undefined
  const [days, hours, minutes, seconds] = [match[1] ?? 0, match[2], match[3], match[4]].map(Number)
  if (days === undefined || hours === undefined || minutes === undefined || seconds === undefined) return undefined
  return Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1e7) / 1e4
}

const UNITS: ReadonlyMap<unknown, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['ms', 1],
  ['s', 1_000],
])

/** Milliseconds of an amount with a unit of time; undefined when the unit is of something else. */
export function readAmountOfTime(value: unknown, unit: unknown): number | undefined {
  const factor = UNITS.get(unit)
  if (factor === undefined || typeof value !== 'number' || !Number.isFinite(value) || value < 0) return undefined
  return value * factor
}
