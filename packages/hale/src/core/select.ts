import type { Probe } from './check.ts'
import type { Entry } from './entry.ts'
import { STARTUP_KIND } from './startup-task.ts'

/**
 * The entries that a selection is about. Startup without checks of its own is about what readiness counts, startup tasks
 * included.
 */
export function select(entries: Iterable<Entry>, selection: 'all' | Probe): readonly Entry[] {
  const all = [...entries]
  if (selection === 'all') return all
  const serving = (probe: Probe): Entry[] => all.filter((entry) => entry.registration.probes.includes(probe))
  const chosen = serving(selection)
  const own = chosen.some((entry) => entry.registration.check.kind !== STARTUP_KIND)
  return selection === 'startup' && !own ? serving('ready') : chosen
}
