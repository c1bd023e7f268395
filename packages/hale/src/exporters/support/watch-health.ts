import type { Timer } from '../../core/clock.ts'
import type { Health } from '../../core/health.ts'
import type { CheckReport } from '../../core/report.ts'
import { severity } from '../../core/status.ts'
import type { GaugeSignal, Signal } from './signal.ts'

/** What exporters need of a registry. */
export type ExportedHealth = Pick<Health, 'clock' | 'on' | 'view'>

/** Longer messages are cut: Datadog shows no more of one. Characters. */
const MAX_MESSAGE = 500

export interface Watch {
  /** Tells how things stand now. */
  snapshot(): void
  stop(): void
}

/**
 * Tells of every run and every transition as it happens, and of how things stand every `everyMs`. Asks no check (E11), and
 * passes on results as the registry keeps them, which is without credentials (E10).
 */
export function watchHealth(health: ExportedHealth, everyMs: number, tell: (signal: Signal) => void): Watch {
  const { clock } = health
  const view = health.view('all')
  let timer: Timer

  const snapshot = (): void => {
    const at = clock.wall()
    const { checks, status } = view.report()
    tell({ type: 'gauge', metric: 'severity', value: severity(status), at })
    tell({ type: 'status', status, at })
    for (const [check, line] of Object.entries(checks)) toSignals(check, line, at).forEach(tell)
  }
  const again = (): void => {
    timer = clock.after(everyMs, () => {
      again()
      snapshot()
    })
  }
  const takeOff = [
    health.on('run', ({ at, check, durationMs, kind, result: { status } }) =>
      tell({ type: 'run', check, kind, status, seconds: Math.max(0, durationMs) / 1_000, at }),
    ),
    health.on('transition', ({ at, check, from, reason, result: { code, message }, to }) =>
      tell({
        type: 'transition',
        check,
        from,
        to,
        reason,
        at,
        ...(code === undefined ? {} : { code }),
        ...(message === undefined ? {} : { message: clip(message) }),
      }),
    ),
  ]
  again()
  return {
    snapshot,
    stop() {
      timer.cancel()
      for (const off of takeOff) off()
    },
  }
}

function toSignals(check: string, line: CheckReport, at: number): Signal[] {
  const { ageMs, consecutiveFailures, message, status } = line
  const gauge = (metric: GaugeSignal['metric'], value: number): Signal => ({ type: 'gauge', metric, value, check, at })
  return [
    gauge('checkSeverity', severity(status)),
    ...(ageMs === undefined ? [] : [gauge('age', ageMs / 1_000)]),
    ...(consecutiveFailures === undefined ? [] : [gauge('failures', consecutiveFailures)]),
    { type: 'status', check, status, ...(message === undefined ? {} : { message: clip(message) }), at },
  ]
}

/** A message, cut where it is longer than any place shows. */
export function clip(message: string): string {
  return message.length <= MAX_MESSAGE ? message : `${message.slice(0, MAX_MESSAGE - 1)}…`
}
