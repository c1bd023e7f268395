import { createHealth, defineCheck, degraded, formatDuration, healthy, unhealthy, type Clock, type Health } from 'hale'
import { disk } from 'hale/checks/disk'
import { eventLoop } from 'hale/checks/event-loop'
import type { Logger } from 'pino'
import type { TargetSnapshot } from '../evaluate/news.ts'
import type { Picture } from '../live/picture.ts'

export interface OwnHealthOptions {
  readonly picture: Picture
  readonly version: string
  /** Address of the store; a folder on this machine has its disk watched. */
  readonly store: string
  readonly clock: Clock
  readonly logger: Logger
}

/** Probes that are this late are no longer what the configuration asked for. */
const LATE_MS = 5_000

/** The monitor's own health, by its own library. */
export function createOwnHealth({ picture, version, store, clock, logger }: OwnHealthOptions): Health {
  const folder = /^sqlite:(?<folder>.+)$/u.exec(store)?.groups?.['folder']
  return createHealth<string>({
    service: { name: 'hale', version },
    clock,
    logger: { error: (message, error) => logger.error({ err: error }, message) },
    checks: {
      storage: { check: storageCheck(picture), impact: 'fails' },
      probes: { check: probeLagCheck(picture, clock), impact: 'degrades' },
      'event-loop': { check: eventLoop(), impact: 'degrades' },
      ...(folder === undefined ? {} : { disk: { check: disk({ path: folder }), impact: 'degrades' } }),
    },
  })
}

function storageCheck(picture: Picture) {
  return defineCheck({
    kind: 'storage',
    scope: 'local',
    run: () =>
      picture.storageOk
        ? healthy('Ticks are committed.')
        : unhealthy('QUERY_FAILED', 'Ticks cannot be committed; what was probed waits in memory. The log says why.'),
  })
}

function probeLagCheck(picture: Picture, clock: Clock) {
  const startedAt = clock.now()
  return defineCheck({
    kind: 'probe-lag',
    scope: 'local',
    run() {
      const lags = picture.snapshots().map((target) => lagOf(target, startedAt, clock.now()))
      const worst = Math.round(Math.max(0, ...lags))
      const observed = { value: worst, unit: 'ms' }
      if (worst <= LATE_MS) return healthy('All targets are probed when they are due.', { observed })
      const late = lags.filter((lag) => lag > LATE_MS).length
      const message = `${late} of ${lags.length} targets are probed late, the latest by ${formatDuration(worst)}.`
      return degraded('THRESHOLD_EXCEEDED', message, { observed })
    },
  })
}

/** How long ago a target's next answer should have been there, in ms. */
function lagOf({ spec, state }: TargetSnapshot, startedAt: number, now: number): number {
  const { everyMs, timeoutMs, initialDelayMs } = spec.policy
  const since = state.last === undefined ? startedAt + initialDelayMs : Math.max(state.last.at.now, startedAt)
  return now - since - everyMs - timeoutMs
}
