import { HealthSetupError, type Problem } from '../../core/misuse.ts'
import { findMisuse, type Rules } from '../../core/rules.ts'

/** What is wrong with each argument besides the options, such as a client; false or absent where nothing is. */
export type ArgumentProblems = Readonly<Record<string, string | false | undefined>>

/**
 * Refuses what cannot work, all problems at once, before anything runs: other arguments, options that there are not,
 * values that break their rule.
 *
 * @throws {HealthSetupError} when there is a problem.
 */
export function refuseMisuse<Options>(
  kind: string,
  options: Options,
  rules: Rules<Options>,
  besides: ArgumentProblems = {},
): void {
  const problems: Problem[] = []
  const refuse = (field: string, message: string): void => void problems.push({ check: kind, field, message })
  for (const [field, message] of Object.entries(besides)) if (message) refuse(field, message)
  findMisuse(options, rules, refuse)
  if (problems.length > 0) throw new HealthSetupError(problems)
}
