import type { Impact, Instant, State } from 'hale'
import type {
  Certificate,
  DocumentInfo,
  Incident,
  Phases,
  ProbeOutcome,
  Sample,
  SeriesId,
  StateInterval,
  TargetSpec,
} from '../model.ts'

/** What the schedule hands to the tick: one probe of one target, done. */
export interface ProbeReport {
  readonly targetId: string
  /** When the outcome was known. */
  readonly at: Instant
  /** Whether it was asked to look up and connect anew. */
  readonly fresh: boolean
  readonly outcome: ProbeOutcome
}

/** What is known of a target besides its state; kept across restarts. */
export interface TargetFacts {
  readonly phases: Phases | undefined
  /** Of the last probe that looked up, connected and shook hands anew. */
  readonly freshPhases: Phases | undefined
  readonly certificate: Certificate | undefined
  readonly document: DocumentInfo | undefined
}

/** One target as the last committed tick left it. */
export interface TargetSnapshot {
  readonly spec: TargetSpec
  readonly series: SeriesId
  readonly state: State
  readonly facts: TargetFacts
  /** The open one; undefined before the first observation. */
  readonly interval: StateInterval | undefined
  /** Its open incident. */
  readonly incident: Incident | undefined
  /** Samples of this tick, oldest first; empty in `current()`. */
  readonly samples: readonly Sample[]
  readonly components: readonly ComponentSnapshot[]
}

export interface ComponentSnapshot {
  readonly name: string
  readonly series: SeriesId
  readonly state: State
  readonly interval: StateInterval | undefined
  readonly impact: Impact | undefined
  readonly runbook: string | undefined
  readonly samples: readonly Sample[]
}

/** What a committed tick tells whoever shows things. */
export interface TickNews {
  readonly at: number
  /** Targets that were probed or changed. */
  readonly targets: readonly TargetSnapshot[]
  /** The shard whose targets these are, taken over just now: their past is in the store. */
  readonly adopted?: number
  /** Ids of targets that are no longer watched here. */
  readonly removed: readonly string[]
  /** Incidents opened, changed or closed, whole. */
  readonly incidents: readonly Incident[]
  /** False while commits fail: what is shown is older than it looks. */
  readonly storageOk: boolean
}

/** Where news come from; nobody who listens can hold the tick up. */
export interface TickSource {
  /** All targets as of the last committed tick. */
  current(): readonly TargetSnapshot[]
  /** Calls back after every committed tick, and when commits begin to fail. Returns how to stop. */
  subscribe(listener: (news: TickNews) => void): () => void
}
