import { formatDuration } from '../../core/duration.ts'
import type { Result } from '../../core/result.ts'
import { isFunction, isWhole, optional, type Rule } from '../../core/rules.ts'
import type { TrafficFigures } from '../../core/traffic.ts'
import { round } from './amount.ts'

/** `p95 of POST /orders is 840 ms, usually 210 ms`; how many there were when there is no p95. */
export function describeTraffic(figures: TrafficFigures | undefined, route?: string): string {
  if (figures?.p95Ms === undefined) {
    const which = route === undefined ? 'No requests' : `No requests of ${route}`
    return `${which} ${figures === undefined ? 'yet' : `in ${formatDuration(figures.windowMs)}`}`
  }
  const usual = figures.usual === undefined ? '' : `, usually ${formatDuration(figures.usual.median)}`
  return `p95 of ${route ?? 'all requests'} is ${formatDuration(figures.p95Ms)}${usual}`
}

/** The figures as a result shows them. */
export function trafficDetails(figures: TrafficFigures): Pick<Result, 'observed' | 'data'> {
  const { errors, p50Ms, p95Ms, p99Ms, perSecond, requests, usual, windowMs } = figures
  const data = {
    requests,
    perSecond: round(perSecond),
    errorPercent: requests === 0 ? 0 : round((errors / requests) * 100),
    windowMs: Math.round(windowMs),
    ...(p50Ms === undefined ? {} : { p50Ms: round(p50Ms) }),
    ...(p99Ms === undefined ? {} : { p99Ms: round(p99Ms) }),
    ...(usual === undefined ? {} : { usualP95Ms: round(usual.median) }),
  }
  return p95Ms === undefined ? { data } : { observed: { value: round(p95Ms), unit: 'ms' }, data }
}

/** The number of requests that a judgement needs. */
export const leastRequestsRule: Rule = optional('a whole number from 1', (value) => isWhole(value, 1))

/** What is wrong with what should count an app's requests. */
export const trafficProblem = (traffic: unknown): string | false =>
  !isFunction(Object(traffic).figures) && 'must be of createTraffic, or have its method figures'
