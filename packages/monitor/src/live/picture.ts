import type { ApiIncident, Overview, Target, TargetDelta, TargetSummary } from '@hale/contract'
import { systemClock, type Clock } from 'hale'
import type { TargetSnapshot, TickSource } from '../evaluate/news.ts'
import type { Incident } from '../model.ts'
import { LivePicture } from './live-picture.ts'
import type { Past } from './memory.ts'

/** What the pages show: every target as of the last committed tick, in memory. */
export interface Picture extends Disposable {
  overview(): Overview
  /** The overview without the targets. */
  verdict(): Pick<Overview, 'status' | 'sentence' | 'counts'>
  summaries(): readonly TargetSummary[]
  /** Undefined: not watched. */
  target(id: string): Target | undefined
  /** The bare facts, for what is not a page. */
  snapshot(id: string): TargetSnapshot | undefined
  snapshots(): readonly TargetSnapshot[]
  /** An incident with its target's name. */
  incident(incident: Incident): ApiIncident
  /** Tells the listeners of an incident again, because of something that is not in its row: what was sent of it. */
  retell(incident: Incident): void
  /** Calls back with what changed, at most once a second. Returns how to stop. */
  subscribe(listener: (change: Change) => void): () => void
  /** False while commits fail. */
  readonly storageOk: boolean
  readonly source: TickSource
}

/** What changed since the last call. */
export interface Change {
  /** A target went, a past was loaded, or the storage failed or came back: look at the whole again. */
  readonly whole: boolean
  readonly targets: readonly TargetDelta[]
  readonly incidents: readonly ApiIncident[]
}

export interface PictureOptions {
  readonly source: TickSource
  readonly history: Past
  /** The shards whose past is loaded at the start; that of others is when they are adopted. */
  readonly shards: readonly number[]
  readonly version: string
  readonly clock?: Clock
  /** Zone of the times in sentences. Default: the process's own. */
  readonly timeZone?: string
}

/** Loads the past once, then follows the ticks. */
export async function openPicture(options: PictureOptions): Promise<Picture> {
  const { source, shards, clock = systemClock } = options
  const picture = new LivePicture(options, clock)
  try {
    await picture.load(shards, source.current())
  } catch (error) {
    picture[Symbol.dispose]()
    throw error
  }
  return picture
}
