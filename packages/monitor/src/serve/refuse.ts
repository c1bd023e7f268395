import { HealthSetupError } from 'hale'
import type { ConfigPath } from '../config/problem.ts'
import type { Reading } from '../config/reading.ts'

/** A mapping of the file, of whatever content. */
export type Mapping = Readonly<Record<string, unknown>>

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Notes what the library refuses, but for what has no place; throws on what is no misuse. */
export function refuseSetup(
  error: unknown,
  { refuseFurther }: Reading,
  place: (check: string | undefined, field: string) => ConfigPath | undefined,
): void {
  if (!(error instanceof HealthSetupError)) throw error
  for (const { check, field, message } of error.problems) {
    const path = place(check, field)
    if (path !== undefined) refuseFurther(path, message)
  }
}

/** `a`, `a and b`, `a, b and c`. */
function listed(names: readonly string[]): string {
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((each) => each !== '').join(' and ')
}

/** Refuses what asks or tells by packages that are not there. */
export function refuseMissing(
  packages: readonly string[],
  verb: 'asks' | 'tells',
  path: ConfigPath,
  { refuse }: Reading,
  isInstalled: (name: string) => boolean,
): void {
  const missing = packages.filter((each) => !isInstalled(each))
  if (missing.length === 0) return
  const [noun, are] = missing.length === 1 ? ['package', 'is'] : ['packages', 'are']
  const how = `run: npm install ${missing.join(' ')} (beside @hale/monitor, with -g where that is)`
  refuse(path, `${verb} by the ${noun} ${listed(missing)}, which ${are} not installed; ${how}`)
}
