import { signal } from '@preact/signals'
import type { ApiIncident } from '@hale/contract'
import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { getIncidents } from '../api/client.ts'
import { picture } from '../live/live.ts'
import { pageTitle } from '../shell/title.ts'
import { useResource } from '../ui/resource.ts'
import { IncidentList } from './incident-list.tsx'

const PAGE_SIZE = 50
const openOnly = signal(false)

export function IncidentListPage(): VNode {
  useEffect(() => void (pageTitle.value = 'Incidents'), [])
  const wanted = { limit: PAGE_SIZE, ...(openOnly.value ? { open: true } : {}) }
  const first = useResource((signal) => getIncidents(wanted, signal), [openOnly.value, picture.value?.incident])
  const [older, setOlder] = useState<{ items: readonly ApiIncident[]; next: number | null } | undefined>(undefined)
  const [problem, setProblem] = useState('')
  useEffect(() => setOlder(undefined), [openOnly.value])

  const items = withoutRepeats([...(first.data?.items ?? []), ...(older?.items ?? [])])
  const next = older === undefined ? (first.data?.next ?? null) : older.next
  const more = async (): Promise<void> => {
    if (next === null) return
    try {
      const page = await getIncidents({ ...wanted, before: next }, AbortSignal.timeout(10_000))
      setOlder({ items: [...(older?.items ?? []), ...page.items], next: page.next })
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'Older incidents could not be loaded.')
    }
  }
  return (
    <>
      <header class="page-head">
        <h1 tabIndex={-1}>Incidents</h1>
        <div class="segmented" role="group" aria-label="Show">
          <button type="button" aria-pressed={!openOnly.value} onClick={() => (openOnly.value = false)}>
            All
          </button>
          <button type="button" aria-pressed={openOnly.value} onClick={() => (openOnly.value = true)}>
            Open
          </button>
        </div>
      </header>
      {first.error === undefined ? null : <p class="problem">{first.error.message}</p>}
      {first.data === undefined ? null : items.length === 0 ? (
        <div class="empty">
          <p>{openOnly.value ? 'Nothing is wrong at the moment.' : 'No incident on record. May it stay so.'}</p>
        </div>
      ) : (
        <section class="panel is-flush" aria-label="Incidents, newest first">
          <IncidentList incidents={items} named />
        </section>
      )}
      {problem === '' ? null : <p class="problem">{problem}</p>}
      {next === null ? null : (
        <button type="button" class="button is-more" onClick={() => void more()}>
          Older incidents
        </button>
      )}
    </>
  )
}

/** New incidents push old ones over the page's edge, where they would show twice. */
function withoutRepeats(incidents: readonly ApiIncident[]): readonly ApiIncident[] {
  return [...new Map(incidents.map((incident) => [incident.id, incident])).values()]
}
