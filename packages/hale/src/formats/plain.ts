const MAX_NODES = 200
const MAX_DEPTH = 6

/**
 * A copy of `data` that is certain to be JSON: bounded in size and depth, cycles cut, dates as ISO 8601, what JSON has no
 * word for left out or put into text. Text goes through `text` on the way.
 */
export function toPlain(
  data: Readonly<Record<string, unknown>>,
  text: (value: string) => string = (value) => value,
): Record<string, unknown> {
  let nodes = MAX_NODES
  const copy = (value: unknown, depth: number): unknown => {
    if (nodes-- <= 0) return undefined
    if (typeof value === 'string') return text(value)
    if (typeof value === 'boolean' || value === null) return value
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
    if (typeof value === 'bigint') return String(value)
    if (typeof value !== 'object' || depth >= MAX_DEPTH) return undefined
    if (value instanceof Date) return toIsoTime(value.getTime())
    if (Array.isArray(value)) return value.slice(0, MAX_NODES).map((item) => copy(item, depth + 1) ?? null)
    return copyRecord(value, depth + 1)
  }
  // `fromEntries` defines own keys, `__proto__` among them; an assignment would call the setter.
  const copyRecord = (value: object, depth: number): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(value)
        .slice(0, MAX_NODES)
        .map(([key, item]) => [text(key), copy(item, depth)] as const)
        .filter(([, item]) => item !== undefined),
    )
  return copyRecord(data, 0)
}

/** Wall milliseconds as ISO 8601 in UTC; undefined when there are none or they are no time. */
export function toIsoTime(wall: number | undefined): string | undefined {
  if (wall === undefined) return undefined
  const date = new Date(wall)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

/** Milliseconds to the microsecond, so that documents do not carry the noise of floating point. */
export function toRoundMs(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms * 1_000) / 1_000
}
