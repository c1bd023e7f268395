import type { ResolvedRegistration } from './check.ts'
import type { Problem } from './misuse.ts'

/**
 * What is wrong with the conditions of a set of checks: names that do not exist, and circles of checks that wait for each other.
 *
 * @param added those that are looked at, where of the others it is known. Default all.
 */
export function findConditionProblems(
  registrations: readonly ResolvedRegistration[],
  added: readonly ResolvedRegistration[] = registrations,
): readonly Problem[] {
  const byName = new Map(registrations.map((registration) => [registration.name, registration]))
  const below = (name: string): readonly string[] => byName.get(name)?.when?.checks ?? []

  return added.flatMap(({ name }): Problem[] => {
    const problem = (message: string): Problem => ({ check: name, field: 'when', message })
    const missing = below(name).filter((each) => !byName.has(each))
    const circle = findPath(name, name, below)
    return [
      ...missing.map((each) => problem(`there is no check "${each}"; there are ${[...byName.keys()].join(', ')}`)),
      ...(circle === undefined ? [] : [problem(`goes round in a circle: ${circle.join(' → ')}`)]),
    ]
  })
}

/** The names on a way of one step or more, both ends included; undefined when there is none. */
export function findPath(
  from: string,
  to: string,
  below: (name: string) => readonly string[],
): readonly string[] | undefined {
  const seen = new Set<string>()
  const search = (name: string, way: readonly string[]): readonly string[] | undefined => {
    for (const next of below(name)) {
      if (next === to) return [...way, next]
      if (seen.has(next)) continue
      seen.add(next)
      const found = search(next, [...way, next])
      if (found !== undefined) return found
    }
    return undefined
  }
  return search(from, [from])
}
