import { defineCheck, type LocalCheck } from '../core/check.ts'
import type { Duration } from '../core/duration.ts'
import { parseDuration } from '../core/duration.ts'
import { degraded, healthy, unhealthy, type Result } from '../core/result.ts'
import type { Traffic, TrafficFigures } from '../core/traffic.ts'
import { parseAmount, round } from './support/amount.ts'
import { refuseMisuse } from './support/misuse.ts'
import { timeLimitProblems } from './support/response-time.ts'
import { describeTraffic, leastRequestsProblem, trafficDetails } from './support/traffic.ts'

export interface ResponseTimeOptions {
  /** The route as the traffic names it, `POST /orders`. Default: all requests together. */
  readonly route?: string
  /** Degraded when the p95 is above this. Default: no limit. */
  readonly degraded?: Duration
  /** Unhealthy when the p95 is above this. Default: no limit. */
  readonly unhealthy?: Duration
  /** Degraded when a larger share of the answers is 500 and above, such as `1%`. Default: no limit. */
  readonly errorsDegraded?: `${number}%`
  /** Unhealthy when a larger share of the answers is 500 and above. Default: no limit. */
  readonly errorsUnhealthy?: `${number}%`
  /** Nothing is judged by fewer requests in the window. Default 20. */
  readonly minRequests?: number
}

/**
 * How long the app's own requests take, and how many of them fail, against fixed limits. Costs no request: it reads what
 * `createTraffic` has counted, a few µs per run.
 *
 * Observed: p95 over the traffic's window in ms.
 *
 * Codes: `THRESHOLD_EXCEEDED` is of the share of errors, `SLOW` of the time.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function responseTime(traffic: Pick<Traffic, 'figures'>, options: ResponseTimeOptions = {}): LocalCheck {
  const { errorsDegraded, errorsUnhealthy, minRequests = 20, route } = options
  const [softShare, hardShare] = [shareOf(errorsDegraded), shareOf(errorsUnhealthy)]
  const none = [options.degraded, options.unhealthy, errorsDegraded, errorsUnhealthy].every((it) => it === undefined)
  refuseMisuse('response-time', {
    ...timeLimitProblems(options),
    ...(none ? { degraded: 'is missing: give at least one limit, of the time or of the errors' } : {}),
    errorsDegraded:
      softShare === undefined
        ? `${JSON.stringify(errorsDegraded)} is not a share such as '1%'`
        : hardShare !== undefined &&
          softShare !== Infinity &&
          softShare > hardShare &&
          'must not be above errorsUnhealthy',
    errorsUnhealthy: hardShare === undefined && `${JSON.stringify(errorsUnhealthy)} is not a share such as '5%'`,
    minRequests: leastRequestsProblem(minRequests),
  })
  const limits: readonly Limit[] = [
    { judge: unhealthy, ms: msOf(options.unhealthy), share: hardShare ?? Infinity },
    { judge: degraded, ms: msOf(options.degraded), share: softShare ?? Infinity },
  ]
  return defineCheck({
    kind: 'response-time',
    scope: 'local',
    // What slows one replica down often slows all of them: they must not leave the balancer together (E17).
    defaults: { impact: 'degrades' },
    run: () => judgeTraffic(traffic.figures(route), route, limits, minRequests),
  })
}

interface Limit {
  readonly judge: typeof unhealthy
  readonly ms: number
  readonly share: number
}

/** Judges what was counted: pure. */
function judgeTraffic(
  figures: TrafficFigures | undefined,
  route: string | undefined,
  limits: readonly Limit[],
  minRequests: number,
): Result {
  const said = describeTraffic(figures, route)
  if (figures?.p95Ms === undefined || figures.requests < minRequests) {
    return healthy(`${said}: too few requests to judge, fewer than ${minRequests}.`, figures && trafficDetails(figures))
  }
  const details = trafficDetails(figures)
  const share = figures.errors / figures.requests
  for (const limit of limits) {
    if (share > limit.share) {
      const message = `${round(share * 100)} % of ${figures.requests} requests to ${route ?? 'the app'} failed, limit ${round(limit.share * 100)} %. See the app's log for its 5xx answers.`
      return limit.judge('THRESHOLD_EXCEEDED', message, details)
    }
    if (figures.p95Ms > limit.ms) {
      return limit.judge(
        'SLOW',
        `${said}, limit ${limit.ms} ms. See whether it is overloaded, or what it waits for.`,
        details,
      )
    }
  }
  return healthy(`${said}.`, details)
}

/** The limit in ms; what is none was refused before. */
function msOf(limit: Duration | undefined): number {
  return limit === undefined ? Infinity : (parseDuration(limit) ?? Infinity)
}

/** A share from 0 to 1, infinite without a limit; undefined when it is none. */
function shareOf(limit: string | undefined): number | undefined {
  if (limit === undefined) return Infinity
  const amount = parseAmount(limit)
  return amount !== undefined && 'share' in amount ? amount.share : undefined
}
