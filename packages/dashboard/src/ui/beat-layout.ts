import type { ApiStatus, Beat } from '@hale/contract'

/** How many beats a row shows; the contract sends no more. */
export const SLOTS = 60

/** One bar, in the pixels that were given. `beat` is its place in the list; undefined: nobody looked. */
export interface Bar {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly status: ApiStatus | undefined
  readonly beat: number | undefined
}

/** Share of the row's height. Trouble stands taller than health, so that it is seen without colour. */
const HEIGHTS: Readonly<Record<ApiStatus | 'none', number>> = {
  unhealthy: 1,
  unknown: 0.3,
  degraded: 0.82,
  maintenance: 0.3,
  healthy: 0.56,
  skipped: 0.16,
  none: 0.1,
}

/**
 * Places beats in a row of `SLOTS` slots, newest at the right edge, on whole pixels so that bars are crisp and alike.
 * Beats further apart than two and a half intervals leave one empty slot: there nobody looked (M7).
 */
export function layoutBeats(beats: readonly Beat[], everyMs: number, width: number, height: number): readonly Bar[] {
  const slots = withGaps(beats, everyMs)
  const pitch = width / SLOTS
  const bar = Math.max(1, Math.floor(pitch * 0.66))
  return slots.map((beat, place) => {
    const status = beat === undefined ? undefined : beats[beat]?.[1]
    const tall = Math.max(1, Math.round(height * HEIGHTS[status ?? 'none']))
    return {
      x: Math.round((place + 1) * pitch) - bar,
      y: height - tall,
      width: bar,
      height: tall,
      status,
      beat,
    }
  })
}

/** Which beat lies under a horizontal position; undefined between them and where nobody looked. */
export function beatAt(bars: readonly Bar[], x: number): number | undefined {
  return bars.findLast((bar) => bar.x <= x)?.beat
}

/** Places in `beats`, with undefined for each gap; always `SLOTS` long, empty slots first. */
function withGaps(beats: readonly Beat[], everyMs: number): readonly (number | undefined)[] {
  const places = beats.flatMap((beat, index) => {
    const previous = beats[index - 1]
    const gap = previous !== undefined && beat[0] - previous[0] > everyMs * 2.5
    return gap ? [undefined, index] : [index]
  })
  const shown = places.slice(-SLOTS)
  return [...Array.from({ length: SLOTS - shown.length }, () => undefined), ...shown]
}
