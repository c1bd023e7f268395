import { severity, type Status } from '../../core/status.ts'

/** Names and units, the same in every system that has room for them; docs/exporters.md shows them. */
export const METRICS = {
  severity: { name: 'hale.severity', unit: '1', help: 'How bad the whole is: 0 nothing wrong to 3 unhealthy.' },
  checkSeverity: {
    name: 'hale.check.severity',
    unit: '1',
    help: 'How bad a check is: 0 nothing wrong to 3 unhealthy.',
  },
  age: { name: 'hale.check.age', unit: 's', help: 'How long ago the last run of a check answered.' },
  failures: {
    name: 'hale.check.consecutive_failures',
    unit: '{failure}',
    help: 'How many runs of a check failed in a row, up to the last.',
  },
  duration: { name: 'hale.check.duration', unit: 's', help: 'How long a run of a check took.' },
  transitions: {
    name: 'hale.check.transitions',
    unit: '{transition}',
    help: 'How often the status of a check has changed.',
  },
  dropped: { name: 'hale.exporter.dropped', unit: '{item}', help: 'What this exporter could not send and gave up.' },
} as const

/** What the event of a transition is called. */
export const TRANSITION_EVENT = 'hale.check.transition'

/** A value as it was at one time. `check` is absent for what is of the whole. */
export interface GaugeSignal {
  readonly type: 'gauge'
  readonly metric: 'severity' | 'checkSeverity' | 'age' | 'failures' | 'dropped'
  readonly value: number
  readonly check?: string
  readonly at: number
}

/** A run of a check. */
export interface RunSignal {
  readonly type: 'run'
  readonly check: string
  readonly kind: string
  readonly status: Status
  readonly seconds: number
  readonly at: number
}

/** A check's status has changed. */
export interface TransitionSignal {
  readonly type: 'transition'
  readonly check: string
  readonly from: Status
  readonly to: Status
  readonly code?: string
  /** At most 500 characters. */
  readonly message?: string
  readonly reason: string
  readonly at: number
}

/** What is believed of a check, or of the whole, as a word. */
export interface StatusSignal {
  readonly type: 'status'
  readonly check?: string
  readonly status: Status
  /** At most 500 characters. */
  readonly message?: string
  readonly at: number
}

/** One thing to tell another system. `at` is wall time in ms since 1970. */
export type Signal = GaugeSignal | RunSignal | TransitionSignal | StatusSignal

/**
 * How a check, or the whole, stood at one time: what waits to be told, in one piece, for of ten thousand checks four signals
 * each would wait. {@link toSignals} takes it apart.
 */
export interface LookSignal {
  readonly type: 'look'
  readonly check?: string
  readonly status: Status
  /** At most 500 characters. */
  readonly message?: string
  readonly ageS?: number
  readonly failures?: number
  /** Of the whole: what this exporter has given up. */
  readonly dropped?: number
  readonly at: number
}

/** What waits to be told. */
export type Item = LookSignal | RunSignal | TransitionSignal

/** What a signal of this type comes of. */
export function toItemType(type: Signal['type']): Item['type'] {
  return type === 'gauge' || type === 'status' ? 'look' : type
}

/** Of the types that are taken; what nobody takes is not made. */
export function toSignals(item: Item, takes: readonly Signal['type'][]): Signal[] {
  if (item.type !== 'look') return takes.includes(item.type) ? [item] : []
  const { ageS, at, check, dropped, failures, message, status } = item
  const of = check === undefined ? { at } : { at, check }
  const signals: Signal[] = []
  if (takes.includes('gauge')) {
    const metric = check === undefined ? 'severity' : 'checkSeverity'
    signals.push({ type: 'gauge', metric, value: severity(status), ...of })
    if (ageS !== undefined) signals.push({ type: 'gauge', metric: 'age', value: ageS, ...of })
    if (failures !== undefined) signals.push({ type: 'gauge', metric: 'failures', value: failures, ...of })
    if (dropped !== undefined) signals.push({ type: 'gauge', metric: 'dropped', value: dropped, ...of })
  }
  if (takes.includes('status')) {
    signals.push({ type: 'status', status, ...(message === undefined ? {} : { message }), ...of })
  }
  return signals
}

/** What is told as a number. */
export type NumberSignal = Exclude<Signal, StatusSignal>
