import { initialState } from 'hale'
import { aTarget } from '../../../test/builders.ts'
import type { Incident, Message, Sample, SeriesId, StateInterval, TargetSpec } from '../../model.ts'
import type { Lease, NewNotification, Store, StoredState, TickCommit } from '../store.ts'

/** Noon of a day, so that a test moves through hours without leaving the day unless it means to. */
export const START = Date.UTC(2026, 10, 22, 12)
export const TTL = 5_000
export const LOCK = 30_000

/** Claims all it can and finds the shard that holds a target. */
export async function leaseOf(
  store: Store,
  worker: string,
  targetId: string,
): Promise<{ readonly lease: Lease; readonly series: SeriesId }> {
  const { owned } = await store.renewAndClaim(worker, TTL)
  for (const lease of owned) {
    const image = await store.loadShard(lease)
    const own = image.series.find((each) => each.targetId === targetId && each.component === '')
    if (own !== undefined) return { lease, series: own.id }
  }
  throw new Error(`no shard of ${worker} holds ${targetId}`)
}

export function spec(id: string, changes: Partial<TargetSpec> = {}): TargetSpec {
  const policy = { timeoutMs: 1_000, jitter: 0, staleAfterMs: 31_000 }
  return aTarget({ id, kind: 'http', address: `http://${id}.example/`, policy, ...changes })
}

export function tickOf(lease: Lease, tick: number, parts: Partial<TickCommit> = {}): TickCommit {
  return {
    lease,
    tick,
    at: START + tick * 1_000,
    samples: [],
    states: new Map(),
    intervals: [],
    incidents: [],
    events: [],
    notifications: [],
    rollups: [],
    ...parts,
  }
}

export function sample(series: SeriesId, at: number, changes: Partial<Sample> = {}): Sample {
  return { series, at, status: 'healthy', durationMs: 5, code: undefined, phases: undefined, ...changes }
}

export function interval(series: SeriesId, seq: number, status: StateInterval['status'], from: number): StateInterval {
  return { series, seq, status, from, to: undefined, code: undefined, reason: `turned ${status}` }
}

export function storedState(at: number, facts: StoredState['facts'] = {}): StoredState {
  return { state: initialState({ now: 0, wall: at }), facts }
}

export function incident(id: string, changes: Partial<Incident> = {}): Incident {
  return {
    id,
    targetId: 'orders',
    severity: 'critical',
    openedAt: START,
    closedAt: undefined,
    component: 'database',
    code: 'TIMEOUT',
    cause: 'The database did not answer.',
    ...changes,
  }
}

/** Notification `n` of an incident to a channel. */
export function notice(
  incidentId: string,
  n: number,
  channel = 'web',
  kind: Message['kind'] = 'firing',
): NewNotification {
  const message: Message = {
    kind,
    incidentId,
    target: { id: 'orders', name: 'orders', address: 'http://orders.example/' },
    status: 'unhealthy',
    severity: 'critical',
    code: 'TIMEOUT',
    title: `${incidentId} ${n}`,
    text: '',
    observed: undefined,
    runbook: undefined,
    at: START,
    openedAt: START,
    link: undefined,
  }
  return { key: `${incidentId}:${n}:${channel}`, incidentId, n, channel, message, createdAt: START }
}
