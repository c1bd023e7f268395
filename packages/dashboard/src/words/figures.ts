import type { Component, TargetSummary, Uptime } from '@hale/contract'
import { responseTime, span } from './duration.ts'

/** A share as a percentage that never flatters: rounded down, so `100 %` means every bit of it. */
export function percent(share: number, digits = 2): string {
  const scale = 10 ** digits
  // The tiny term undoes binary error: 0.9998 * 10,000 is 9997.999….
  const floored = Math.floor(share * 100 * scale + 1e-6) / scale
  if (floored === 0 && share > 0) return `< ${1 / scale} %`
  return `${floored === 100 ? '100' : floored.toFixed(digits)} %`
}

/** The share of observed time that was up, or that nobody has looked yet. */
export function uptimeShare(uptime: Uptime): string {
  return uptime.up === null ? 'not observed yet' : percent(uptime.up)
}

/** A range that began to be observed so much after its beginning is told by how long that was. */
const LATE_MS = 60_000

/**
 * How much of the range was observed (M7): it stands beside every uptime. A share of it, `seen 98 %`, or, when watching
 * began in the middle of it, so long: `seen 2 min`. Empty when nothing was.
 */
export function coverage(uptime: Uptime): string {
  const { up, from, to } = uptime
  if (up === null) return ''
  return `seen ${watchedSince(uptime) === undefined ? percent(uptime.coverage, 0) : span((to - from) * uptime.coverage)}`
}

/** When watching began, if it did in the middle of the range. */
export function watchedSince({ from, observedFrom }: Uptime): number | undefined {
  return observedFrom !== null && observedFrom - from > LATE_MS ? observedFrom : undefined
}

/** The same as a sentence: `Uptime of the last 24 hours; 98 % of them were observed`. */
export function uptimeInWords({ from, to, coverage: share }: Uptime): string {
  return `Uptime of the last ${hours(to - from)}, of which ${span((to - from) * share)} (${percent(share, 0)}) were observed`
}

function hours(ms: number): string {
  return plural(Math.round(ms / 3_600_000), 'hour')
}

/** `all 5 components healthy`, `4 of 5 components healthy`; undefined for a target without components. */
export function componentCount(components: TargetSummary['components']): string | undefined {
  const { total, notHealthy } = components
  if (total === 0) return undefined
  if (notHealthy === 0) return total === 1 ? '1 component healthy' : `${total} components healthy`
  return `${total - notHealthy} of ${total} components healthy`
}

/** Days left below which a certificate is worth a word on the overview. */
export const CERTIFICATE_DAYS = 30

/** `certificate ends in 12 d`; undefined while there is nothing to worry about. */
export function certificateWarning(daysLeft: number | null): string | undefined {
  if (daysLeft === null || daysLeft >= CERTIFICATE_DAYS) return undefined
  if (daysLeft < 0) return 'certificate has ended'
  return daysLeft < 1 ? 'certificate ends today' : `certificate ends in ${Math.floor(daysLeft)} d`
}

/** Whole numbers from here on are grouped: what has fewer digits may be a code or a port. */
const GROUPED = 10_000

/**
 * What was measured, with its unit: `92.4 %`, `1.24 s`, `14,203 messages`, `true`. Nobody reads more than three digits of what
 * was measured; what was counted is told in full.
 */
export function observedText(observed: Component['observed']): string | undefined {
  if (observed === null) return undefined
  const { value, unit } = observed
  if (typeof value === 'number' && unit === 'ms' && value >= 0) return responseTime(value)
  const figure = typeof value === 'number' ? inThreeDigits(value) : String(value)
  return unit === undefined ? figure : `${figure} ${unit}`
}

function inThreeDigits(value: number): string {
  const figure = Number.isInteger(value) || Math.abs(value) >= 999.5 ? Math.round(value) : Number(value.toPrecision(3))
  return Math.abs(figure) >= GROUPED ? figure.toLocaleString('en-GB') : String(figure)
}

/** `1 target`, `2 targets`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`
}

/** An address as people say it: without the scheme, without a lone slash at the end. */
export function bareAddress(address: string): string {
  return address.replace(/^[a-z]+:\/\//, '').replace(/^([^/]+)\/$/, '$1')
}
