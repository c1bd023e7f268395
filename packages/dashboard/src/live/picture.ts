import type { ApiIncident, Overview, StreamEvents, TargetSummary } from '@hale/contract'

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
      const changed = byId(event.data.targets)
      return { ...picture, now: event.data.now, targets: new Map([...picture.targets, ...changed]) }
    }
    case 'incident':
      return picture === undefined ? undefined : { ...picture, incident: event.data }
  }
}

function byId(targets: readonly TargetSummary[]): Map<string, TargetSummary> {
  return new Map(targets.map((target) => [target.id, target]))
}
