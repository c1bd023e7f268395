import { effect, signal, type Signal } from '@preact/signals'
import { connection, picture, targets } from '../live/live.ts'
import type { ApiStatus } from '@hale/contract'
import { worstOf } from '../words/status.ts'

/** What the page in front is about; empty on the overview. */
export const pageTitle: Signal<string> = signal('')

/** The tab's text: the worst first, because a tab shows only its beginning. `2 unhealthy · payments · Hale`. */
export function titleText(worst: ApiStatus, count: number, lost: boolean, page: string): string {
  const state = lost ? 'No live updates' : worst === 'healthy' ? 'Healthy' : `${count} ${worst}`
  return [state, page, 'Hale'].filter(Boolean).join(' · ')
}

/** Keeps the tab's text and icon at the worst status. Icons are files: the CSP allows no data: URL. */
export function startTitle(): void {
  effect(() => {
    const known = picture.value !== undefined
    const worst = worstOf(targets.value)
    const lost = connection.value.phase === 'lost'
    const count = targets.value.filter((target) => target.status === worst).length
    document.title =
      known && count > 0
        ? titleText(worst, count, lost, pageTitle.value)
        : [pageTitle.value, 'Hale'].filter(Boolean).join(' · ')
    const icon = lost || !known ? 'unknown' : worst === 'skipped' ? 'maintenance' : worst
    document.querySelector('link[rel=icon]')?.setAttribute('href', `/favicon-${icon}.svg`)
  })
}
