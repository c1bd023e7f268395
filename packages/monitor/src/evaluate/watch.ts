import { age, evaluate, initialState } from 'hale'
import type { Impact, Instant, Observation, Result } from 'hale'
import type { ComponentOutcome, SeriesId, TargetSpec } from '../model.ts'
import type { OpenIncident, StoredState } from '../store/store.ts'
import { addSample, moveOn, noChanges, type Changes, type Tracked } from './changes.ts'
import type { ProbeReport, TargetFacts } from './news.ts'

export interface TrackedComponent extends Tracked {
  readonly name: string
  readonly impact: Impact | undefined
  readonly runbook: string | undefined
}

/** All that the tick keeps in mind of one target. Never changed in place. */
export interface Watched extends Tracked {
  readonly spec: TargetSpec
  readonly facts: TargetFacts
  readonly components: ReadonlyMap<string, TrackedComponent>
  /** With how far its story and its notifications have counted, and who was told. */
  readonly incident: OpenIncident | undefined
}

export const NO_FACTS: TargetFacts = {
  phases: undefined,
  freshPhases: undefined,
  certificate: undefined,
  document: undefined,
}

/** A target nobody has probed yet. */
export function newWatched(spec: TargetSpec, series: SeriesId, at: Instant): Watched {
  return { ...newTracked(series, at), spec, facts: NO_FACTS, components: new Map(), incident: undefined }
}

/**
 * Takes one probe's report in: the target and each component of its document are believed by hale's own `evaluate`,
 * under the target's policy. Pure.
 *
 * A component that is missing from a document which names others reads `skipped`, `COMPONENT_MISSING`; when nothing
 * could be read its components are simply not observed, and grow stale.
 *
 * @param seriesOf number of a component's series; every component of the report must have one.
 */
export function absorb(
  watched: Watched,
  report: ProbeReport,
  seriesOf: (component: string) => SeriesId,
): { readonly watched: Watched; readonly changes: Changes } {
  const { outcome, at } = report
  const { policy } = watched.spec
  const changes = noChanges()
  const components = new Map(watched.components)

  for (const found of [...outcome.components, ...missing(watched, outcome.components)]) {
    const { name, impact, runbook } = found
    const before = components.get(name) ?? newTracked(seriesOf(name), at)
    const observation: Observation = { result: found.result, at, durationMs: found.durationMs }
    const facts = { value: { impact, runbook }, changed: false }
    const after = moveOn(changes, before, evaluate(before.state, observation, policy), at, facts)
    addSample(changes, after.series, observation)
    components.set(name, { ...after, name, impact, runbook })
  }

  const observation: Observation = { result: outcome.result, at, durationMs: outcome.durationMs }
  const facts = mergeFacts(watched.facts, report)
  const changed = keyOf(facts) !== keyOf(watched.facts)
  const after = moveOn(changes, watched, evaluate(watched.state, observation, policy), at, {
    value: kept(facts),
    changed,
  })
  addSample(changes, watched.series, observation, outcome.phases)
  return { watched: { ...watched, ...after, facts, components }, changes }
}

/** Lets time pass: what was not observed for too long is no longer believed (E2). Returns the same object when nothing changes. */
export function grow(watched: Watched, at: Instant): { readonly watched: Watched; readonly changes: Changes } {
  const { policy } = watched.spec
  const changes = noChanges()
  const components = new Map<string, TrackedComponent>()
  for (const component of watched.components.values()) {
    const state = age(component.state, at, policy)
    if (state === component.state) continue
    const { name, impact, runbook } = component
    const after = moveOn(changes, component, state, at, { value: { impact, runbook }, changed: false })
    components.set(name, { ...component, ...after })
  }
  let grown = watched
  if (components.size > 0) grown = { ...watched, components: new Map([...watched.components, ...components]) }
  const state = age(watched.state, at, policy)
  if (state !== watched.state) {
    grown = { ...grown, ...moveOn(changes, watched, state, at, { value: kept(watched.facts), changed: false }) }
  }
  return { watched: grown, changes }
}

function missing(watched: Watched, found: readonly ComponentOutcome[]): readonly ComponentOutcome[] {
  if (found.length === 0 || watched.components.size === 0) return []
  const names = new Set(found.map((each) => each.name))
  return [...watched.components.values()]
    .filter((each) => !names.has(each.name))
    .map(({ name, impact, runbook }) => ({ name, impact, runbook, durationMs: undefined, result: MISSING }))
}

const MISSING: Result = Object.freeze({
  status: 'skipped',
  code: 'COMPONENT_MISSING',
  message: 'The document no longer names this component.',
})

function newTracked(series: SeriesId, at: Instant): Tracked {
  return { series, state: initialState(at), interval: undefined }
}

function mergeFacts(before: TargetFacts, { outcome, fresh }: ProbeReport): TargetFacts {
  return {
    phases: outcome.phases ?? before.phases,
    freshPhases: fresh && outcome.phases !== undefined ? outcome.phases : before.freshPhases,
    certificate: outcome.certificate ?? before.certificate,
    document: outcome.document ?? before.document,
  }
}

/** The facts that are worth a write: phases are learnt anew with the next probe. */
function kept({ certificate, document }: TargetFacts): StoredState['facts'] {
  return { certificate, document }
}

function keyOf({ certificate, document }: TargetFacts): string {
  return `${certificate?.validTo} ${document?.format} ${document?.certainty} ${document?.problem}`
}
