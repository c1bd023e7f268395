import { severity } from 'hale'
import { Sketch } from 'hale/core/sketch'
import type { Sample, SeriesId } from '../model.ts'
import type { HourRollup } from '../store/store.ts'
import { encodeSketch } from './sketch-bytes.ts'

const HOUR_MS = 3_600_000

interface OpenHour {
  up: number
  failed: number
  unknown: number
  readonly sketch: Sketch
}

/** Sums up the hours that are going on; each is written once, when it has closed (M11). */
export interface Rollups {
  add(samples: readonly Sample[]): void
  /** The hours that were over at `wall`. They are given again until they are forgotten. */
  closed(wall: number): readonly HourRollup[]
  forget(rollups: readonly HourRollup[]): void
}

export function createRollups(): Rollups {
  /** By hour, then series. */
  const hours = new Map<number, Map<SeriesId, OpenHour>>()
  return {
    add(samples) {
      for (const sample of samples) {
        const hour = hourOf(sample.at)
        const sums = hours.get(hour) ?? new Map<SeriesId, OpenHour>()
        hours.set(hour, sums)
        const sum = sums.get(sample.series) ?? { up: 0, failed: 0, unknown: 0, sketch: new Sketch() }
        sums.set(sample.series, sum)
        count(sum, sample)
      }
    },
    closed(wall) {
      const now = hourOf(wall)
      const over = [...hours].filter(([hour]) => hour < now)
      return over.flatMap(([hour, sums]) => [...sums].map(([series, sum]) => toRollup(series, hour, sum)))
    },
    forget(rollups) {
      for (const { hour } of rollups) hours.delete(hour)
    },
  }
}

function count(sum: OpenHour, { status, durationMs }: Sample): void {
  if (severity(status) < severity('unknown')) sum.up += 1
  else if (status === 'unknown') sum.unknown += 1
  else sum.failed += 1
  if (durationMs !== undefined) sum.sketch.add(durationMs)
}

function toRollup(series: SeriesId, hour: number, { up, failed, unknown, sketch }: OpenHour): HourRollup {
  return { series, hour, up, failed, unknown, sketch: encodeSketch(sketch) }
}

/** Wall time at which the hour of `wall` begins. */
export function hourOf(wall: number): number {
  return Math.floor(wall / HOUR_MS) * HOUR_MS
}
