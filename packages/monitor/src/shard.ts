import type { Instant } from 'hale'
import { noChanges, type Changes } from './evaluate/changes.ts'
import type { ProbeReport, TargetSnapshot } from './evaluate/news.ts'
import { revive, type SeriesNumbers } from './evaluate/revive.ts'
import { createRollups, hourOf } from './evaluate/rollup.ts'
import { toSnapshot } from './evaluate/snapshot.ts'
import { absorb, grow, type Watched } from './evaluate/watch.ts'
import { planIncident, type Plan, type PlanContext } from './incidents/plan.ts'
import type { Incident, IncidentEvent, SeriesId, StateInterval } from './model.ts'
import type { Lease, NewNotification, ShardImage, Store, TickCommit } from './store/store.ts'

/** What one tick of one shard came to: what to commit, and what will be believed once it is. */
export interface Draft {
  readonly commit: TickCommit
  /** Targets as they will be; those that were probed or changed. */
  readonly after: ReadonlyMap<string, Watched>
}

/** One shard in this worker's hands. Nothing of a draft is believed before it is committed and accepted. */
export interface Shard {
  readonly lease: Lease
  /** Targets as of the last commit, by id. */
  readonly watched: ReadonlyMap<string, Watched>
  /** Gives every component that is named for the first time a series. */
  define(reports: readonly ProbeReport[]): Promise<void>
  /** Evaluates reports and the passing of time; undefined when there is nothing to commit. */
  draft(reports: readonly ProbeReport[], at: Instant, context: PlanContext): Draft | undefined
  /** Believes a committed draft. Returns the targets that were probed or changed. */
  accept(draft: Draft): readonly TargetSnapshot[]
}

/** An hour's sum is written at most this long after the hour, while the store works. */
const LATE_MS = 60_000

/** Takes a shard over as its last owner left it. */
export async function openShard(image: ShardImage, store: Store, at: Instant): Promise<Shard> {
  const { lease } = image
  const numbers = new Map<string, Map<string, SeriesId>>()
  for (const { targetId, component, id } of image.series) numbersOf(numbers, targetId).set(component, id)

  const define = async (targetId: string, components: readonly string[]): Promise<void> => {
    const known = numbersOf(numbers, targetId)
    const fresh = components.filter((name) => !known.has(name))
    if (fresh.length === 0) return
    for (const series of await store.defineSeries(lease, targetId, fresh)) known.set(series.component, series.id)
  }

  const watched = new Map<string, Watched>()
  /** Spans nobody saw, written with the first commit. */
  const unobserved: StateInterval[] = []
  for (const spec of image.targets) {
    await define(spec.id, [''])
    const revived = revive(spec, image, numbersOf(numbers, spec.id), at)
    watched.set(spec.id, revived.watched)
    unobserved.push(...revived.intervals)
  }
  const rollups = createRollups()
  const seriesIds = image.series.map((series) => series.id)
  // From the hour whose sum may not have been written yet when the last owner stopped.
  const from = hourOf((image.lastTickAt ?? at.wall) - LATE_MS)
  for await (const batch of store.history.sampleBatches(seriesIds, from, at.wall)) rollups.add(batch)
  let { tick } = image

  return {
    lease,
    watched,
    async define(reports) {
      for (const { targetId, outcome } of reports) {
        if (watched.has(targetId))
          await define(
            targetId,
            outcome.components.map((component) => component.name),
          )
      }
    },
    draft(reports, at, context) {
      const rows = createRows()
      const after = new Map<string, Watched>()
      const step = (before: Watched, next: ReturnType<typeof grow>, when: Instant): void => {
        const plan = planIncident(before, next.watched, when, context)
        rows.add(next.changes, plan)
        after.set(before.spec.id, plan === undefined ? next.watched : { ...next.watched, incident: plan.open })
      }
      for (const report of reports) {
        const before = after.get(report.targetId) ?? watched.get(report.targetId)
        if (before === undefined) continue
        const known: SeriesNumbers = numbersOf(numbers, report.targetId)
        step(
          before,
          absorb(before, report, (name) => numberOf(known, name)),
          report.at,
        )
      }
      for (const [id, each] of watched) {
        const before = after.get(id) ?? each
        const grown = grow(before, at)
        if (grown.watched !== before) step(before, grown, at)
      }
      // An hour closes once no sample of it can come any more: what is committed here may still belong to the last one.
      const { samples, states, intervals } = rows.changes
      const oldest = samples.reduce((oldest, sample) => Math.min(oldest, sample.at), at.wall)
      const closed = rollups.closed(oldest)
      if (after.size === 0 && closed.length === 0 && unobserved.length === 0) return undefined
      const commit: TickCommit = {
        lease,
        tick: tick + 1,
        at: at.wall,
        samples,
        states,
        intervals: [...unobserved, ...intervals],
        incidents: rows.incidents(),
        events: rows.events,
        notifications: rows.notifications,
        rollups: closed,
      }
      return { after, commit }
    },
    accept({ commit, after }) {
      tick = commit.tick
      unobserved.length = 0
      rollups.forget(commit.rollups)
      rollups.add(commit.samples)
      const samples = Map.groupBy(commit.samples, (sample) => sample.series)
      return [...after].map(([id, next]) => {
        watched.set(id, next)
        return toSnapshot(next, (series) => samples.get(series) ?? [])
      })
    },
  }
}

/** Everything that the steps of one draft came to, in order. */
function createRows() {
  const changes = noChanges()
  const incidents = new Map<string, Incident>()
  const events: IncidentEvent[] = []
  const notifications: NewNotification[] = []
  return {
    changes,
    events,
    notifications,
    incidents: (): readonly Incident[] => [...incidents.values()],
    add(step: Changes, plan: Plan | undefined): void {
      changes.samples.push(...step.samples)
      changes.intervals.push(...step.intervals)
      for (const [series, state] of step.states) changes.states.set(series, state)
      if (plan?.incident !== undefined) incidents.set(plan.incident.id, plan.incident)
      events.push(...(plan?.events ?? []))
      notifications.push(...(plan?.notifications ?? []))
    },
  }
}

function numbersOf(numbers: Map<string, Map<string, SeriesId>>, targetId: string): Map<string, SeriesId> {
  let known = numbers.get(targetId)
  if (known === undefined) numbers.set(targetId, (known = new Map()))
  return known
}

function numberOf(known: SeriesNumbers, component: string): SeriesId {
  const number = known.get(component)
  if (number === undefined) throw new Error(`component ${component} has no series; define() must come first`)
  return number
}
