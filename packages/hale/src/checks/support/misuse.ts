import { HealthSetupError } from '../../core/misuse.ts'

/** What is wrong with each field; false or absent where nothing is. */
export type FieldProblems = Readonly<Record<string, string | false | undefined>>

/**
 * Refuses options that cannot work, all problems at once, before anything runs.
 *
 * @throws {HealthSetupError} when there is a problem.
 */
export function refuseMisuse(kind: string, problems: FieldProblems): void {
  const found = Object.entries(problems).flatMap(([field, message]) =>
    typeof message === 'string' ? [{ check: kind, field, message }] : [],
  )
  if (found.length > 0) throw new HealthSetupError(found)
}
