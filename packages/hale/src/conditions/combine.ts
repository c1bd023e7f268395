import {
  toCondition,
  type Condition,
  type ConditionAnswer,
  type ConditionContext,
  type When,
} from '../core/condition.ts'
import { HealthSetupError } from '../core/misuse.ts'

/**
 * Holds while all of them hold. They are asked in their order up to the first that does not, so put the cheap ones first.
 *
 * @throws {HealthSetupError} when there is none, or one is no condition.
 */
export function all(...conditions: readonly When[]): Condition {
  const parts = read('all', conditions)
  return combine(parts, async (context) => {
    const answers: ConditionAnswer[] = []
    for (const part of parts) {
      const answer = await part.test(context)
      if (!answer.holds) return { holds: false, because: answer.because }
      answers.push(answer)
    }
    const until = Math.min(...answers.map((answer) => answer.until ?? Infinity))
    return { holds: true, because: join(answers), ...(until === Infinity ? {} : { until }) }
  })
}

/**
 * Holds while at least one of them holds. They are asked in their order up to the first that does.
 *
 * @throws {HealthSetupError} when there is none, or one is no condition.
 */
export function any(...conditions: readonly When[]): Condition {
  const parts = read('any', conditions)
  return combine(parts, async (context) => {
    const answers: ConditionAnswer[] = []
    for (const part of parts) {
      const answer = await part.test(context)
      // When this one ends another may hold, so its end is not the end.
      if (answer.holds) return { holds: true, because: answer.because }
      answers.push(answer)
    }
    return { holds: false, because: join(answers) }
  })
}

/**
 * Holds while the condition does not. One that throws is not turned round: it still means that nothing can be said.
 *
 * @throws {HealthSetupError} when it is no condition.
 */
export function not(condition: When): Condition {
  const parts = read('not', [condition])
  return combine(parts, async (context) => {
    const answer = await parts[0]?.test(context)
    return { holds: answer?.holds === false, because: answer?.because ?? '' }
  })
}

function combine(
  parts: readonly Condition[],
  test: (context: ConditionContext) => Promise<ConditionAnswer>,
): Condition {
  return { checks: [...new Set(parts.flatMap((part) => part.checks ?? []))], test }
}

function read(name: string, given: readonly When[]): readonly Condition[] {
  const parts = given.map(toCondition)
  const problems = parts.flatMap((part, index) =>
    part === undefined
      ? [{ field: `${name}[${index}]`, message: `${JSON.stringify(given[index])} is no condition` }]
      : [],
  )
  if (given.length === 0) problems.push({ field: name, message: 'give at least one condition' })
  if (problems.length > 0) throw new HealthSetupError(problems)
  return parts.filter((part) => part !== undefined)
}

function join(answers: readonly ConditionAnswer[]): string {
  return answers.map(({ because }) => because).join('; ')
}
