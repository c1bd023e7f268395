import { defineCheck, type LocalCheck } from '../core/check.ts'
import type { Duration } from '../core/duration.ts'
import { formatDuration, parseDuration } from '../core/duration.ts'
import { degraded, healthy, unhealthy, type Result } from '../core/result.ts'
import { textRule, type Rules } from '../core/rules.ts'
import type { Traffic, TrafficFigures } from '../core/traffic.ts'
import { round } from './support/amount.ts'
import { limitRules, SHARE } from './support/limit-rules.ts'
import { shareOf } from './support/limits.ts'
import { refuseMisuse } from './support/misuse.ts'
import { TIME_LIMITS } from './support/response-time.ts'
import { describeTraffic, trafficDetails, leastRequestsRule, trafficProblem } from './support/traffic.ts'

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

const LIMITS = ['degraded', 'unhealthy', 'errorsDegraded', 'errorsUnhealthy'] as const

const RULES: Rules<ResponseTimeOptions> = {
  ...TIME_LIMITS,
  degraded: (value, options) => {
    const none = LIMITS.every((limit) => options[limit] === undefined)
    return none
      ? 'is missing: give at least one limit, of the time or of the errors'
      : TIME_LIMITS.degraded(value, options)
  },
  ...limitRules('errorsDegraded', 'errorsUnhealthy', SHARE),
  route: textRule,
  minRequests: leastRequestsRule,
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
  refuseMisuse('response-time', options, RULES, { traffic: trafficProblem(traffic) })
  const { errorsDegraded, errorsUnhealthy, minRequests = 20, route } = options
  const limits: readonly Limit[] = [
    { judge: unhealthy, ms: msOf(options.unhealthy), share: shareOf(errorsUnhealthy) ?? Infinity },
    { judge: degraded, ms: msOf(options.degraded), share: shareOf(errorsDegraded) ?? Infinity },
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
    return healthy(`${said}, too few to judge: fewer than ${minRequests}.`, figures && trafficDetails(figures))
  }
  const details = trafficDetails(figures)
  const share = figures.errors / figures.requests
  for (const limit of limits) {
    if (share > limit.share) {
      const message = `${round(share * 100)} % of ${figures.requests} requests to ${route ?? 'the app'} failed, limit ${round(limit.share * 100)} %. See the app's log for its 5xx answers.`
      const observed = { value: round(share * 100), unit: '%' }
      return limit.judge('THRESHOLD_EXCEEDED', message, { ...details, observed })
    }
    if (figures.p95Ms > limit.ms) {
      return limit.judge(
        'SLOW',
        `${said}, limit ${formatDuration(limit.ms)}. See whether it is overloaded, or what it waits for.`,
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
