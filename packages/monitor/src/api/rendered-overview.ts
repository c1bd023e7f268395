import type { Clock } from 'hale'
import type { Picture } from '../live/picture.ts'

/** Keeps the overview as text, so that many readers of one second cost one rendering (E5). */
export interface RenderedOverview extends Disposable {
  json(): string
}

const FRESH_MS = 1_000

export function createRenderedOverview(picture: Picture, clock: Clock): RenderedOverview {
  let kept: { readonly json: string; readonly at: number } | undefined
  const stop = picture.subscribe(() => {
    kept = undefined
  })
  return {
    json() {
      if (kept === undefined || clock.now() - kept.at >= FRESH_MS) {
        kept = { json: JSON.stringify(picture.overview()), at: clock.now() }
      }
      return kept.json
    },
    [Symbol.dispose]: stop,
  }
}
