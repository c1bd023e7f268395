import type { ApiIncident, Overview, StreamEvents, TargetDelta, TargetSummary } from '@hale/contract'

/** As many as the monitor remembers: `BEATS` of the contract, whose code is not for the page. */
export const MOST_BEATS = 60

/** All that the page knows of the present. Replaced whole on every event, so that identity says what changed. */
export interface Picture {
  /** The monitor's clock when it spoke last. */
  readonly now: number
  readonly targets: ReadonlyMap<string, TargetSummary>
  readonly monitor: Overview['monitor']
  /** The latest incident news; its identity tells lists to load again. */
  readonly incident: ApiIncident | undefined
}

export type StreamEvent = {
  [Name in keyof StreamEvents]: { readonly name: Name; readonly data: StreamEvents[Name] }
}[keyof StreamEvents]

/**
 * Takes one event in. Pure. `overview` replaces everything, which also drops targets that are gone; news older than
 * the picture is ignored, so an answer overtaken by the stream cannot turn time back.
 */
export function reduce(picture: Picture | undefined, event: StreamEvent): Picture | undefined {
  switch (event.name) {
    case 'overview': {
      const { now, targets, monitor } = event.data
      if (picture !== undefined && now < picture.now && monitor.startedAt === picture.monitor.startedAt) return picture
      return { now, targets: byId(targets), monitor, incident: picture?.incident }
    }
    case 'targets': {
      if (picture === undefined || event.data.now < picture.now) return picture
      const targets = new Map(picture.targets)
      for (const delta of event.data.targets) {
        const target = applyDelta(targets.get(delta.id), delta)
        if (target !== undefined) targets.set(delta.id, target)
      }
      return { ...picture, now: event.data.now, targets }
    }
    case 'incident':
      return picture === undefined ? undefined : { ...picture, incident: event.data }
  }
}

/** A target with what is new about it; undefined when that is all that is known of it, and the overview has yet to come. */
function applyDelta(
  known: TargetSummary | undefined,
  { beats, uptime = known?.uptime, standing = known }: TargetDelta,
): TargetSummary | undefined {
  if (uptime === undefined || standing === undefined) return undefined
  const before = known?.beats ?? []
  const last = before.at(-1)?.[0] ?? -Infinity
  // What an overview in between has brought already is told again.
  const all = [...before, ...beats.filter(([at]) => at > last)].slice(-MOST_BEATS)
  const [checkedAt, , durationMs] = all.at(-1) ?? [null, null, null]
  return { ...standing, uptime, beats: all, checkedAt, durationMs }
}

function byId(targets: readonly TargetSummary[]): Map<string, TargetSummary> {
  return new Map(targets.map((target) => [target.id, target]))
}
