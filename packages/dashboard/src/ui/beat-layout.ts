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
 * Places beats in a row of at most `SLOTS` slots, from edge to edge, newest right, on whole pixels so that bars are crisp and alike.
 * Beats further apart than two and a half intervals leave one empty slot: there nobody looked (M7).
 */
export function layoutBeats(beats: readonly Beat[], everyMs: number, width: number, height: number): readonly Bar[] {
  const { pitch, fit } = slotsIn(width)
  const slots = withGaps(beats, everyMs, fit)
  const bar = Math.max(1, Math.floor(pitch * 0.66))
  return slots.map((beat, place) => {
    const status = beat === undefined ? undefined : beats[beat]?.[1]
    const tall = Math.max(1, Math.round(height * HEIGHTS[status ?? 'none']))
    return {
      x: slots.length === 1 ? width - bar : Math.round((place * (width - bar)) / (slots.length - 1)),
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

/** Very uneven gaps flicker before the eye, so the pitch stays near a whole number; a slot or two fewer is the price. */
function slotsIn(width: number): { pitch: number; fit: number } {
  const small = Math.max(2, Math.floor(width / SLOTS))
  const pitch = width - small * SLOTS <= width * 0.03 ? small : small + 1
  return { pitch, fit: Math.max(1, Math.min(SLOTS, Math.floor(width / pitch))) }
}

/** Places in `beats`, with undefined for each gap; always `length` long, empty slots first. */
function withGaps(beats: readonly Beat[], everyMs: number, length: number): readonly (number | undefined)[] {
  const places = beats.flatMap((beat, index) => {
    const previous = beats[index - 1]
    const gap = previous !== undefined && beat[0] - previous[0] > everyMs * 2.5
    return gap ? [undefined, index] : [index]
  })
  const shown = places.slice(-length)
  return [...Array.from({ length: length - shown.length }, () => undefined), ...shown]
}
