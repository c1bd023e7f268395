import { formatDuration } from './duration.ts'
import type { Observed } from './result.ts'

const BYTES = [
  [1e18, 'EB'],
  [1e15, 'PB'],
  [1e12, 'TB'],
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'KB'],
] as const
const MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000 }
const BYTE_UNITS: ReadonlySet<string> = new Set(['B', 'By', 'byte', 'bytes'])
const SAYS_NOTHING = '1'

/** A whole number from here on is written in groups: what has fewer digits may be a code or a port. */
const GROUPED = 10_000

/**
 * A measured value for a person, with its unit: `93.5 %`, `704 ms`, `1.2 s`, `3.2 GB`, `14,203 messages`. Nobody reads more than
 * three digits of what was measured; what was counted is told in full. The report has the value as it is.
 */
export function formatObserved({ value, unit = '' }: Observed): string {
  if (typeof value === 'number') {
    const size = MS[unit]
    if (size !== undefined) return formatSpan(value * size)
    if (BYTE_UNITS.has(unit)) return formatBytes(value)
  }
  const figure = typeof value === 'number' ? formatNumber(value) : String(value)
  return unit === '' || unit === SAYS_NOTHING ? figure : `${figure} ${unit}`
}

/** Writes bytes for a person: `3.2 GB`. */
export function formatBytes(bytes: number): string {
  const least = BYTES.find(([size]) => Math.abs(bytes) >= size * 0.9995)
  return least === undefined ? `${roundFigure(bytes)} B` : `${roundFigure(bytes / least[0])} ${least[1]}`
}

/** Writes ms that were measured for a person: `0.42 ms`, `2.1 ms`, `704 ms`, `3.4 s`. */
export function formatMs(ms: number): string {
  return ms < 999.5 ? `${roundFigure(ms)} ms` : formatDuration(ms)
}

/** One decimal below a hundred, none when it is zero: `12.3`, `5`, `704`. */
function roundFigure(value: number): number {
  return Math.abs(value) < 99.95 ? Math.round(value * 10) / 10 : Math.round(value)
}

/** Of a clock that is behind it is below zero; of what takes no time it is still more than nothing. */
function formatSpan(ms: number): string {
  if (ms < 0) return `-${formatSpan(-ms)}`
  return ms < 0.1 ? `${formatNumber(ms)} ms` : formatMs(ms)
}

function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const figure = Number.isInteger(value) || Math.abs(value) >= 999.5 ? Math.round(value) : Number(value.toPrecision(3))
  return Math.abs(figure) >= GROUPED && Math.abs(figure) < 1e15
    ? String(figure).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
    : String(figure)
}
