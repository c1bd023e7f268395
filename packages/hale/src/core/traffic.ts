import { systemClock, type Clock } from './clock.ts'
import { parseDuration, type Duration } from './duration.ts'
import { Histogram, type HistogramCounts } from './histogram.ts'
import { isClock, isWhole, optional, refuseOptions, type Rules } from './rules.ts'
import { WindowTimes, type Counted } from './window-times.ts'

export interface TrafficOptions {
  /** How far back figures look, from 10 s to 1 h. Default `5m`. */
  readonly window?: Duration
  /** Routes told apart, 1 to 1,000; requests of those that come later are counted as `other`. Default 100. */
  readonly maxRoutes?: number
  /** Default: the process's own clock. */
  readonly clock?: Clock
}

/** The figures of one route, or of all requests, over the window that ends now. */
export interface TrafficFigures extends Counted {
  /** Requests per second. */
  readonly perSecond: number
  /** Milliseconds the figures look back; less than the window when measuring began within it. */
  readonly windowMs: number
}

/** What was counted of one route since measuring began: for those who keep time series and take differences. */
export interface TrafficTotals {
  /** Answers with 500 and above. */
  readonly errors: number
  /** Durations in milliseconds; all counts together are the requests. */
  readonly durations: HistogramCounts
}

/** Rate, errors and durations of an app's requests, by route. Bounded, whatever is asked for (E11). */
export interface Traffic {
  /**
   * Counts a request that was answered. `route` is the pattern that it matched, such as `POST /orders/:id`, never its path;
   * undefined when it matched none, which is counted as `unmatched`. Never throws.
   */
  record(route: string | undefined, status: number, durationMs: number): void
  /** Takes the time of a request that begins; call what it gives back once, when the request is answered. */
  begin(): (route: string | undefined, status: number) => void
  /** The routes that were seen, `unmatched` and `other` among them. */
  routes(): readonly string[]
  /** The figures of a route, or of all requests when none is named; undefined when none of that route was seen. */
  figures(route?: string): TrafficFigures | undefined
  /** What was counted of a route since measuring began; undefined when none of that route was seen. */
  totals(route: string): TrafficTotals | undefined
}

/** Parts of a window; it slides by one of them. */
const SLICES = 10
/** Requests that matched no route. */
const UNMATCHED = 'unmatched'
/** Requests of the routes that came after `maxRoutes` others. */
const OTHER = 'other'
/** Milliseconds: those of Prometheus' own clients. */
const BOUNDS_MS = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000] as const

interface Route {
  readonly times: WindowTimes
  readonly durations: Histogram
  errors: number
}

const RULES: Rules<TrafficOptions> = {
  window: optional('a duration from 10 s to 1 h', (window) => {
    const ms = parseDuration(window) ?? 0
    return ms >= 10_000 && ms <= 3_600_000
  }),
  maxRoutes: optional('a whole number from 1 to 1,000', (most) => isWhole(most, 1, 1_000)),
  clock: optional('a clock', isClock),
}

/**
 * Sets up measuring. Put its middleware before the routes, and `responseTime` or `slowerThanUsual` among the checks.
 * A request costs well below 2 µs (`npm run bench -- engine`), a route at most some 20 KB.
 *
 * @throws {HealthSetupError} when an option cannot work.
 */
export function createTraffic(options: TrafficOptions = {}): Traffic {
  refuseOptions(options, RULES)
  const { clock = systemClock, maxRoutes = 100, window = '5m' } = options
  const windowMs = parseDuration(window) ?? 0

  const startedAt = clock.now()
  const sliceMs = windowMs / SLICES
  const all = new WindowTimes(SLICES)
  const byRoute = new Map<string, Route>()
  const sliceOf = (now: number): number => Math.floor((now - startedAt) / sliceMs)

  const find = (name: string): Route => {
    const known = byRoute.get(name)
    if (known !== undefined) return known
    if (byRoute.size >= maxRoutes && name !== UNMATCHED && name !== OTHER) return find(OTHER)
    const route = { times: new WindowTimes(SLICES), durations: new Histogram(BOUNDS_MS), errors: 0 }
    byRoute.set(name, route)
    return route
  }

  const count = (name: string, status: number, durationMs: number, now: number): void => {
    if (!(durationMs >= 0)) return
    const slice = sliceOf(now)
    const failed = status >= 500
    all.add(slice, durationMs, failed)
    const route = find(name)
    route.times.add(slice, durationMs, failed)
    route.durations.add(durationMs)
    if (failed) route.errors++
  }

  return {
    record: (route = UNMATCHED, status, durationMs) => count(route, status, durationMs, clock.now()),
    begin() {
      const begunAt = clock.now()
      return (route = UNMATCHED, status) => {
        const now = clock.now()
        count(route, status, now - begunAt, now)
      }
    },
    routes: () => [...byRoute.keys()],
    figures(route) {
      const times = route === undefined ? all : byRoute.get(route)?.times
      if (times === undefined) return undefined
      const now = clock.now()
      // The youngest slice has just begun: the window reaches back nine whole ones and what there is of it.
      const sliceBegan = sliceOf(now) * sliceMs
      const lookedBackMs = Math.min(now - startedAt, windowMs - sliceMs + (now - startedAt - sliceBegan))
      const counted = times.count(sliceOf(now))
      const perSecond = lookedBackMs > 0 ? counted.requests / (lookedBackMs / 1_000) : 0
      return { ...counted, perSecond, windowMs: lookedBackMs }
    },
    totals(route) {
      const found = byRoute.get(route)
      return found && { errors: found.errors, durations: found.durations.read() }
    },
  }
}
