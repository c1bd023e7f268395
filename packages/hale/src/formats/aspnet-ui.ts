import type { CheckReport } from '../core/report.ts'
import type { Status } from '../core/status.ts'
import { flattenChecks } from './flatten.ts'
import type { Format } from './format.ts'
import { toPlain } from './plain.ts'

/** What each status is called in ASP.NET's words. */
export const ASPNET_WORDS: Readonly<Record<Status, 'Healthy' | 'Degraded' | 'Unhealthy'>> = {
  healthy: 'Healthy',
  skipped: 'Healthy',
  degraded: 'Degraded',
  unhealthy: 'Unhealthy',
  unknown: 'Unhealthy',
  maintenance: 'Unhealthy',
}

/**
 * What the writer of ASP.NET's HealthChecks UI answers, so that the UI shows a service that Hale watches. The extra key
 * `haleStatus` says what ASP.NET has no word for. Checks that nest are written side by side, their names joined by `/`.
 *
 * @see https://github.com/Xabaril/AspNetCore.Diagnostics.HealthChecks
 */
export const aspnetUiFormat: Format = {
  name: 'aspnet-ui',
  contentTypes: ['application/json'],
  write(report, { detail }) {
    if (!detail) return JSON.stringify({ ...toStatus(report.status), totalDuration: toTimeSpan(0), entries: {} })
    const flat = flattenChecks(report)
    // They run side by side.
    const longest = Math.max(0, ...flat.map(({ check }) => check.durationMs ?? 0))
    return JSON.stringify({
      ...toStatus(report.status),
      totalDuration: toTimeSpan(longest),
      entries: Object.fromEntries(flat.map(({ name, check }) => [name, toEntry(check)])),
    })
  },
}

function toStatus(status: Status): object {
  const named = status === 'healthy' || status === 'degraded' || status === 'unhealthy'
  return { status: ASPNET_WORDS[status], haleStatus: named ? undefined : status }
}

function toEntry({ code, data, durationMs, message, observed, status, tags = [] }: CheckReport): object {
  return {
    data: { ...(data && toPlain(data)), observedValue: observed?.value, observedUnit: observed?.unit, code },
    description: message,
    duration: toTimeSpan(durationMs ?? 0),
    ...toStatus(status),
    tags,
  }
}

const TICKS_PER_MS = 10_000

/** Milliseconds as a .NET `TimeSpan`: `[d.]hh:mm:ss[.fffffff]`. */
function toTimeSpan(ms: number): string {
  const ticks = Math.round(ms * TICKS_PER_MS)
  const fraction = ticks % (1_000 * TICKS_PER_MS)
  let rest = (ticks - fraction) / (1_000 * TICKS_PER_MS)
  const units = [60, 60, 24].map((size) => {
    const part = rest % size
    rest = (rest - part) / size
    return String(part).padStart(2, '0')
  })
  const [seconds, minutes, hours] = units
  const days = rest === 0 ? '' : `${rest}.`
  return `${days}${hours}:${minutes}:${seconds}${fraction === 0 ? '' : `.${String(fraction).padStart(7, '0')}`}`
}
