import type { Sample, SeriesId } from '../model.ts'
import type { TargetSnapshot } from './news.ts'
import type { Watched } from './watch.ts'

/** A target as pages are told of it. */
export function toSnapshot(watched: Watched, samplesOf: (series: SeriesId) => readonly Sample[]): TargetSnapshot {
  const { spec, series, state, facts, incident } = watched
  return {
    spec,
    series,
    state,
    facts,
    interval: watched.interval,
    incident: incident?.incident,
    samples: samplesOf(series),
    components: [...watched.components.values()].map((component) => ({
      name: component.name,
      series: component.series,
      state: component.state,
      interval: component.interval,
      impact: component.impact,
      runbook: component.runbook,
      samples: samplesOf(component.series),
    })),
  }
}
