import type { Condition, ConditionAnswer, ConditionContext } from '../../core/condition.ts'
import { HealthSetupError, type Problem } from '../../core/misuse.ts'
import { findMisuse, type Rule, type Rules } from '../../core/rules.ts'

/** Where a measured value must be for a condition to hold. With both limits it must be between them. */
export interface Level<T> {
  /** It must be more than this. */
  readonly above?: T
  /** It must be less than this. */
  readonly below?: T
}

/** A measured value with both limits in its unit. */
export interface Measured extends Level<number> {
  readonly value: number
}

export interface LevelOptions<T> {
  /** What is measured, for messages: `the load per core`. */
  readonly name: string
  readonly level: Level<T>
  /** What is wrong with a limit; undefined when nothing is. */
  readonly problem: (limit: unknown) => string | undefined
  readonly measure: (level: Level<T>, context: ConditionContext) => Measured | Promise<Measured>
  /** Writes a value with its unit. */
  readonly show: (value: number) => string
}

/**
 * A condition that holds while a measured value is on one side of a limit.
 *
 * @throws {HealthSetupError} when there is no limit, or one that makes no sense.
 */
export function levelCondition<T>({ level, measure, name, problem, show }: LevelOptions<T>): Condition {
  const rule: Rule = (limit) => limit !== undefined && problem(limit)
  const rules: Rules<Level<T>> = { above: rule, below: rule }
  const problems: Problem[] = []
  findMisuse(level, rules, (side, message) => problems.push({ field: `when.${side}`, message }))
  if (problems.length === 0 && level.above === undefined && level.below === undefined) {
    problems.push({ field: 'when', message: `say above or below which level ${name} must be` })
  }
  if (problems.length > 0) throw new HealthSetupError(problems)

  const judge = ({ above = -Infinity, below = Infinity, value }: Measured): ConditionAnswer => {
    const holds = value > above && value < below
    const limit = value > above ? `below ${show(below)}` : `above ${show(above)}`
    return { holds, because: `${name} is ${show(value)}${holds ? '' : `, which is not ${limit}`}` }
  }
  return {
    test(context) {
      const measured = measure(level, context)
      return measured instanceof Promise ? measured.then(judge) : judge(measured)
    },
  }
}
