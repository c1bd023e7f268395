import type { DependencyCheck, LocalCheck } from 'hale'
import type { z } from 'zod'
import { toGiven, type Given } from './given.ts'
import type { Mapping } from './refuse.ts'

/** One type of check that a file can name. */
export interface CheckType {
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

/** Makes a type of check; `make` imports the check when it is called. */
export function checkType<S extends z.ZodObject>(
  options: S,
  make: (options: Given<z.infer<S>>) => Promise<DependencyCheck | LocalCheck>,
  needs: readonly string[] = [],
): CheckType {
  // What passed the schema is of its type: besides lists of one nothing is transformed.
  return { options, needs, make: (given) => make(toGiven(options, given) as Given<z.infer<S>>) }
}
