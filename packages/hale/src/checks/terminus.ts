import { defineCheck, type DependencyCheck } from '../core/check.ts'
import { resultFromError } from '../core/error-codes.ts'
import { oneLine } from '../core/one-line.ts'
import { redact } from '../core/redact.ts'
import { degraded, healthy, unhealthy, unknown, type Result } from '../core/result.ts'

/** What an indicator of @nestjs/terminus says: a status by key, and whatever else it knows. */
export type IndicatorResult = Readonly<Record<string, { readonly status: string; readonly [detail: string]: unknown }>>

/**
 * Runs an existing indicator of @nestjs/terminus as a check, with Hale's timeout, thresholds and staleness around it.
 * Costs what the indicator costs, once per run.
 *
 *     fromIndicator(() => db.pingCheck('database'))
 *
 * Observed: nothing of its own; what the indicator says is in `data`. `down` is unhealthy and `degraded` degraded; of
 * several keys the worst decides. An indicator that throws, as those of Terminus 10 do, is read by its error's `causes`.
 *
 * Codes: `REPORTED_UNHEALTHY` for `down`, `REPORTED_DEGRADED` for `degraded`, `INVALID_RESULT` for anything else.
 */
export function fromIndicator(indicator: () => PromiseLike<IndicatorResult> | IndicatorResult): DependencyCheck {
  return defineCheck({
    kind: 'terminus',
    async run() {
      try {
        return toResult(await indicator())
      } catch (error) {
        const causes = (error as { causes?: unknown } | null)?.causes
        return isIndicatorResult(causes) ? toResult(causes) : resultFromError(error)
      }
    },
  })
}

function toResult(found: unknown): Result {
  if (!isIndicatorResult(found))
    return unknown('INVALID_RESULT', 'The indicator answered nothing that Terminus knows. See what it returns.')
  const entries = Object.entries(found)
  const saying = (word: string) => entries.find(([, { status }]) => status === word)
  const down = saying('down')
  if (down !== undefined) return unhealthy('REPORTED_UNHEALTHY', sentence(down), { data: found })
  const odd = entries.find(([, { status }]) => status !== 'up' && status !== 'degraded')
  if (odd !== undefined)
    return unknown(
      'INVALID_RESULT',
      `The indicator ${odd[0]} says ${odd[1].status}, none of up, degraded and down. See what it returns.`,
    )
  const worse = saying('degraded')
  if (worse !== undefined) return degraded('REPORTED_DEGRADED', sentence(worse), { data: found })
  return healthy(undefined, { data: found })
}

function sentence([key, { message, status }]: [string, IndicatorResult[string]]): string {
  const why = typeof message === 'string' ? `: ${oneLine(redact(message), 120)}` : ''
  return `The indicator ${key} says ${status}${why}. See what it asks.`
}

function isIndicatorResult(value: unknown): value is IndicatorResult {
  if (typeof value !== 'object' || value === null) return false
  const found = Object.values(value)
  return found.length > 0 && found.every((each) => typeof (each as { status?: unknown } | null)?.status === 'string')
}
