import type { Probe } from './check.ts'
import type { Entry } from './entry.ts'
import type { Selection } from './health.ts'
import { STARTUP_KIND } from './startup-task.ts'

/** @throws {RangeError} when there is none of that name. */
export function findEntry(entries: ReadonlyMap<string, Entry>, name: string): Entry {
  const entry = entries.get(name)
  if (entry !== undefined) return entry
  throw new RangeError(`there is no check "${name}"; there are ${[...entries.keys()].join(', ')}`)
}

/**
 * The entries that a selection is about. Startup without checks of its own is about what readiness counts, startup tasks
 * included.
 *
 * @throws {RangeError} when it names a check that there is not.
 */
export function select(entries: ReadonlyMap<string, Entry>, selection: Selection): readonly Entry[] {
  if (typeof selection === 'object') return [findEntry(entries, selection.check)]
  const all = [...entries.values()]
  if (selection === 'all') return all
  const serving = (probe: Probe): Entry[] => all.filter((entry) => entry.registration.probes.includes(probe))
  const chosen = serving(selection)
  const own = chosen.some((entry) => entry.registration.check.kind !== STARTUP_KIND)
  return selection === 'startup' && !own ? serving('ready') : chosen
}
