import { rebase, type Impact, type Instant } from 'hale'
import type { SeriesId, StateInterval, TargetSpec } from '../model.ts'
import type { ShardImage } from '../store/store.ts'
import type { Tracked } from './changes.ts'
import type { TargetFacts } from './news.ts'
import { newWatched, NO_FACTS, type TrackedComponent, type Watched } from './watch.ts'

/** A restart shorter than this, on top of a target's own period, is no gap. */
const SHORT_GAP_MS = 5_000

/** Numbers of a target's series by component; its own under the empty name. */
export type SeriesNumbers = ReadonlyMap<string, SeriesId>

/**
 * Brings a target back from the store, with the intervals to be written for it.
 *
 * What happened between the last committed tick and now nobody saw: when that is longer than a probe's period, the span
 * is written down as unobserved (M7). The states themselves go on, so a restart neither alerts anew nor forgets (M10).
 */
export function revive(
  spec: TargetSpec,
  image: ShardImage,
  numbers: SeriesNumbers,
  at: Instant,
): { readonly watched: Watched; readonly intervals: readonly StateInterval[] } {
  const series = numbers.get('')
  if (series === undefined) throw new Error(`target ${spec.id} has no series of its own`)
  const intervals: StateInterval[] = []
  const components = new Map<string, TrackedComponent>()
  for (const [name, number] of numbers) {
    if (name === '') continue
    const tracked = reviveSeries(number, spec, image, at, intervals)
    const facts = image.states.get(number)?.facts
    if (tracked === undefined || facts === undefined) continue
    const { impact, runbook }: Partial<ComponentFacts> = facts
    components.set(name, { ...tracked, name, impact, runbook })
  }
  const own = reviveSeries(series, spec, image, at, intervals)
  const kept: Partial<TargetFacts> = image.states.get(series)?.facts ?? {}
  const facts = { ...NO_FACTS, ...kept }
  const incident = image.incidents.find((each) => each.incident.targetId === spec.id)
  return { watched: { ...newWatched(spec, series, at), ...own, facts, components, incident }, intervals }
}

/** What `watch.ts` keeps with a component's state. */
interface ComponentFacts {
  readonly impact: Impact | undefined
  readonly runbook: string | undefined
}

function reviveSeries(
  series: SeriesId,
  spec: TargetSpec,
  image: ShardImage,
  at: Instant,
  intervals: StateInterval[],
): Tracked | undefined {
  const stored = image.states.get(series)?.state
  if (stored === undefined) return undefined
  const { lastTickAt } = image
  // A state row is written on change only: up to the last tick, its answers were as fresh as that tick.
  const { last } = stored
  const seen = last === undefined || lastTickAt === undefined ? last : { ...last, at: { ...last.at, wall: lastTickAt } }
  const state = rebase({ ...stored, last: seen }, at)
  const open = image.intervals.get(series)
  if (open === undefined || lastTickAt === undefined || at.wall - lastTickAt < spec.policy.everyMs + SHORT_GAP_MS) {
    return { series, state, interval: open }
  }
  if (open.status === 'unobserved') return { series, state, interval: open }
  const interval: StateInterval = {
    series,
    seq: open.seq + 1,
    status: 'unobserved',
    from: Math.max(lastTickAt, open.from),
    to: undefined,
    code: 'UNOBSERVED',
    reason: 'the monitor was not running',
  }
  intervals.push(interval)
  return { series, state, interval }
}
