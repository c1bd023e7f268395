import type { DependencyCheck, LocalCheck, Scope } from 'hale'
import type { z } from 'zod'
import { toGiven, type Given } from '../given.ts'
import type { Mapping } from '../refuse.ts'

/** One type of check that a file can name. */
export interface CheckType {
  /** What its checks are: only those that are `local` may serve liveness (E9). */
  readonly scope: Scope
  /** What it takes besides the policy that all checks take. */
  readonly options: z.ZodObject
  /** The packages by which it asks, which a person installs beside Hale. None: it asks by itself. */
  readonly needs: readonly string[]
  /**
   * Loads the check's module, and nothing else, and makes the check of options that passed the schema.
   *
   * @throws {HealthSetupError} when the options cannot work.
   */
  readonly make: (options: Mapping) => Promise<DependencyCheck | LocalCheck>
}

/** Makes a type of check that asks what others share; `make` imports the check when it is called. */
export function checkType<S extends z.ZodObject>(
  options: S,
  make: (options: Given<z.infer<S>>) => Promise<DependencyCheck>,
  needs: readonly string[] = [],
): CheckType {
  return { scope: 'dependency', options, needs, make: from(options, make) }
}

/** Makes a type of check that looks at this machine only; `make` imports the check when it is called. */
export function localType<S extends z.ZodObject>(
  options: S,
  make: (options: Given<z.infer<S>>) => Promise<LocalCheck>,
): CheckType {
  return { scope: 'local', options, needs: [], make: from(options, make) }
}

function from<S extends z.ZodObject>(
  options: S,
  make: (options: Given<z.infer<S>>) => Promise<DependencyCheck | LocalCheck>,
): CheckType['make'] {
  // What passed the schema is of its type: besides lists of one nothing is transformed.
  return (given) => make(toGiven(options, given) as Given<z.infer<S>>)
}
