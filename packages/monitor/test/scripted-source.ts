import { absorb, grow, newWatched, type Watched } from '../src/evaluate/watch.ts'
import type { TargetSnapshot, TickNews, TickSource } from '../src/evaluate/news.ts'
import { toSnapshot } from '../src/evaluate/snapshot.ts'
import type { Incident, ProbeOutcome, Sample, SeriesId, TargetSpec } from '../src/model.ts'
import { anOutcome } from './builders.ts'

/** A source of news without a schedule or a store: what a test says was probed is evaluated by the tick's own functions. */
export interface ScriptedSource extends TickSource {
  /** One tick in which these targets were probed. */
  probe(wall: number, outcomes: Readonly<Record<string, Partial<ProbeOutcome>>>, news?: Partial<TickNews>): void
  /** One tick in which nothing was probed. */
  pass(wall: number, news?: Partial<TickNews>): void
  /** Takes a shard over that has one target. */
  adopt(shard: number, target: TargetSpec, wall: number): void
  /** Opens or closes a target's incident in the snapshots to come. */
  setIncident(targetId: string, incident: Incident | undefined): void
  /** Everything sampled so far, as a store would have it. */
  readonly samples: readonly Sample[]
}

export function createScriptedSource(specs: readonly TargetSpec[], startedAt: number): ScriptedSource {
  const listeners = new Set<(news: TickNews) => void>()
  const watched = new Map<string, Watched>()
  const numbers = new Map<string, SeriesId>()
  const samples: Sample[] = []
  const seriesOf = (targetId: string, component = ''): SeriesId => {
    const key = `${targetId}/${component}`
    const series = numbers.get(key) ?? numbers.size + 1
    numbers.set(key, series)
    return series
  }
  const instant = (wall: number) => ({ now: wall - startedAt, wall })
  for (const spec of specs) watched.set(spec.id, newWatched(spec, seriesOf(spec.id), instant(startedAt)))

  const tell = (news: TickNews): void => {
    for (const id of news.removed) watched.delete(id)
    for (const listener of listeners) listener(news)
  }
  return {
    samples,
    probe(wall, outcomes, news) {
      const targets = Object.entries(outcomes).map(([targetId, outcome]): TargetSnapshot => {
        const before = watched.get(targetId)
        if (before === undefined) throw new Error(`no target ${targetId}`)
        const report = { targetId, at: instant(wall), fresh: false, outcome: anOutcome(outcome) }
        const { watched: after, changes } = absorb(before, report, (component) => seriesOf(targetId, component))
        watched.set(targetId, after)
        samples.push(...changes.samples)
        return toSnapshot(after, (series) => changes.samples.filter((sample) => sample.series === series))
      })
      tell({ at: wall, targets, removed: [], incidents: [], storageOk: true, ...news })
    },
    pass(wall, news) {
      const targets: TargetSnapshot[] = []
      for (const [id, before] of watched) {
        const { watched: after } = grow(before, instant(wall))
        watched.set(id, after)
        if (after !== before) targets.push(toSnapshot(after, () => []))
      }
      tell({ at: wall, targets, removed: [], incidents: [], storageOk: true, ...news })
    },
    adopt(shard, spec, wall) {
      const taken = newWatched(spec, seriesOf(spec.id), instant(wall))
      watched.set(spec.id, taken)
      const targets = [toSnapshot(taken, () => [])]
      tell({ at: wall, targets, adopted: shard, removed: [], incidents: [], storageOk: true })
    },
    setIncident(targetId, incident) {
      const before = watched.get(targetId)
      if (before === undefined) throw new Error(`no target ${targetId}`)
      const open = incident && { incident, events: 1, notifications: 0, told: [] }
      watched.set(targetId, { ...before, incident: open })
    },
    current: () => [...watched.values()].map((each) => toSnapshot(each, () => [])),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
