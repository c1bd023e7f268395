import type { Announcement } from './announcement.ts'
import { toCheckReport } from './check-report.ts'
import type { Clock } from './clock.ts'
import { composeReport } from './compose-report.ts'
import type { Drain } from './drain.ts'
import type { Entry } from './entry.ts'
import type { Selection, View } from './health.ts'
import { MAX_HOPS } from './hop.ts'
import type { MaintenanceBook } from './maintenance.ts'
import type { MaintenanceSchedule } from './maintenance-schedule.ts'
import type { Service } from './report.ts'
import { select } from './select.ts'
import type { StartupLatch } from './startup-latch.ts'
import { instantOf } from './state.ts'

/** What a registry's answers are put together from. */
export interface Viewed {
  readonly clock: Clock
  readonly service: Service | undefined
  readonly entries: ReadonlyMap<string, Entry>
  readonly started: StartupLatch
  readonly drain: Drain
  readonly book: MaintenanceBook
  readonly planned: MaintenanceSchedule
  readonly announced: () => Announcement | undefined
}

/** Makes a view of a selection. It keeps nothing: what it says is what is believed when it is asked. */
export function createView(selection: Selection, viewed: Viewed): View {
  const { announced, book, clock, drain, entries, planned, service, started } = viewed
  const selected = (): readonly Entry[] => select(entries, selection)
  return {
    settle(hop = 0) {
      if (hop > MAX_HOPS) return undefined
      if (selection === 'startup' && started.look()) return undefined
      const now = clock.now()
      const answers = selected().map((entry) => entry.settle(now, hop))
      const waits = [...answers, planned.settle(now)].filter((wait) => wait !== undefined)
      return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined)
    },
    report({ detail = false, lines: written = true } = {}) {
      const at = instantOf(clock)
      const lines = selected().map((entry) => ({
        registration: entry.registration,
        state: entry.stateAt(at),
        until: entry.maintenance?.until,
        durations: detail ? entry.tally.durationsAt(at.now) : undefined,
        transitions: detail ? entry.transitions : undefined,
        totals: detail ? entry.tally : undefined,
      }))
      return composeReport(lines, {
        selection,
        service,
        at,
        drainMs: drain.begun ? drain.waitMs : undefined,
        maintenance: book.of(),
        announced: announced(),
        started: started.look(),
        written,
      })
    },
    *lines() {
      for (const entry of selected()) {
        const at = instantOf(clock)
        const { maintenance, name, registration } = entry
        yield [name, toCheckReport(registration, entry.stateAt(at), at.now, { until: maintenance?.until })]
      }
    },
    validUntil() {
      const ends = selected().map((entry) => entry.validUntil())
      // `Retry-After` counts down.
      const shown = book.all().some(({ until }) => until !== undefined) ? clock.now() + 1_000 : Infinity
      return Math.min(shown, planned.validUntil(), ...ends)
    },
  }
}
