import { defineCheck, type LocalCheck } from '../core/check.ts'
import { formatDuration } from '../core/duration.ts'
import { degraded, healthy, type Result } from '../core/result.ts'
import { isWhole, optional, textRule, type Rules } from '../core/rules.ts'
import type { Traffic, TrafficFigures } from '../core/traffic.ts'
import { LEVEL, limitRule } from './support/limit-rules.ts'
import { refuseMisuse } from './support/misuse.ts'
import { describeTraffic, leastRequestsRule, trafficDetails, trafficProblem } from './support/traffic.ts'

export interface SlowerThanUsualOptions {
  /** The route as the traffic names it, `POST /orders`. Default: all requests together. */
  readonly route?: string
  /** Degraded only when the p95 is at least this many times the usual one, however steady that is. Default 1.5. */
  readonly factor?: number
  /** Degraded only when the p95 is this many robust standard deviations above the usual one. Default 3.5. */
  readonly deviations?: number
  /** Silent until this many past windows had 20 requests or more, 3 to 72. Default 12, an hour of 5-minute windows. */
  readonly minWindows?: number
  /** Silent while the window has fewer requests. Default 20. */
  readonly minRequests?: number
}

const RULES: Rules<SlowerThanUsualOptions> = {
  route: textRule,
  factor: optional('a number from 1', (factor) => typeof factor === 'number' && factor >= 1),
  deviations: limitRule(LEVEL),
  minWindows: optional('a whole number from 3 to 72', (windows) => isWhole(windows, 3, 72)),
  minRequests: leastRequestsRule,
}

/**
 * Says `degraded`, `SLOW`, when the app's own requests take longer than they usually do, without a limit that somebody must
 * choose. Costs no request: it reads what `createTraffic` has counted, a few µs per run.
 *
 * The method is the modified z-score of Iglewicz and Hoaglin: with m the median of the p95 of past windows (six hours of
 * five-minute ones) and MAD their median absolute deviation, the present p95 is an outlier when
 * `(p95 − m) / (1.4826 · MAD) > 3.5`. Median and MAD do not move until half of the windows are bad, so an incident does not
 * teach it that slow is usual. A very steady app has a MAD near zero; `factor` keeps small changes from counting.
 *
 * Observed: p95 over the traffic's window in ms.
 *
 * @see B. Iglewicz, D. Hoaglin (1993), How to Detect and Handle Outliers, ASQC;
 *   https://www.itl.nist.gov/div898/handbook/eda/section3/eda35h.htm
 * @throws {HealthSetupError} when the options cannot work.
 */
export function slowerThanUsual(traffic: Pick<Traffic, 'figures'>, options: SlowerThanUsualOptions = {}): LocalCheck {
  refuseMisuse('slower-than-usual', options, RULES, { traffic: trafficProblem(traffic) })
  const { deviations = 3.5, factor = 1.5, minRequests = 20, minWindows = 12, route } = options
  return defineCheck({
    kind: 'slower-than-usual',
    scope: 'local',
    defaults: { impact: 'degrades' },
    run: () => compare(traffic.figures(route), { route, factor, deviations, minRequests, minWindows }),
  })
}

type Wanted = Required<Omit<SlowerThanUsualOptions, 'route'>> & { readonly route: string | undefined }

/** Holds what was counted against what is usual: pure. */
function compare(figures: TrafficFigures | undefined, wanted: Wanted): Result {
  const said = describeTraffic(figures, wanted.route)
  if (figures?.p95Ms === undefined || figures.requests < wanted.minRequests) {
    return healthy(`${said}, too few to judge: fewer than ${wanted.minRequests}.`, figures && trafficDetails(figures))
  }
  const { p95Ms, usual } = figures
  const details = trafficDetails(figures)
  if (usual === undefined || usual.windows < wanted.minWindows) {
    return healthy(
      `${said}. What is usual is not known yet: ${usual?.windows ?? 0} of ${wanted.minWindows} windows.`,
      details,
    )
  }
  const limitMs = Math.max(usual.median * wanted.factor, usual.median + wanted.deviations * usual.spread)
  if (p95Ms <= limitMs) return healthy(`${said}.`, details)
  const message = `${said}; from ${formatDuration(limitMs)} on that is more than chance. See what changed: a deploy, the load, what it waits for.`
  return degraded('SLOW', message, details)
}
