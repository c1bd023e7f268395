import { parseDuration } from '../../core/duration.ts'
import { optional, type Rule } from '../../core/rules.ts'
import { parseAmount, toBytes, unitProblem } from './amount.ts'
import { toPercent } from './limits.ts'

/** What a limit is written as. */
export interface LimitKind {
  /** Such as `a duration such as '10s'`. */
  readonly meant: string
  /** A number to compare two of them by; undefined when it is none. */
  readonly read: (value: unknown) => number | undefined
  /** Whether two that could be read can be compared. Default: all can. */
  readonly alike?: (one: unknown, other: unknown) => boolean
  /** What is wrong with a value that could not be read, where that can be told better. */
  readonly hint?: (value: unknown) => string | undefined
}

export const DURATION: LimitKind = { meant: "a duration such as '10s'", read: parseDuration }

export const SHARE: LimitKind = { meant: "a share such as '80%'", read: toPercent }

export const COUNT: LimitKind = {
  meant: 'a number from 0',
  read: (value) => (typeof value === 'number' && value >= 0 ? value : undefined),
}

export const LEVEL: LimitKind = {
  meant: 'a number above 0',
  read: (value) => (typeof value === 'number' && value > 0 && value < Infinity ? value : undefined),
}

export const AMOUNT: LimitKind = {
  meant: "a share such as '20%' or bytes such as '5GB'",
  read(value) {
    const amount = parseAmount(value)
    return amount && toBytes(amount, 1)
  },
  // Which of a share and bytes is more is not known before the whole is.
  alike: (one, other) => (toPercent(one) === undefined) === (toPercent(other) === undefined),
  hint: unitProblem,
}

/** A rule for one limit, which may be left out. */
export function limitRule({ hint, meant, read }: LimitKind): Rule {
  const rule = optional(meant, (value) => read(value) !== undefined)
  return (value, options) => {
    const problem = rule(value, options)
    return problem && (hint?.(value) ?? problem)
  }
}

/** Says what is wrong with two limits of what is better the smaller, or the larger, it is: they are crossed. */
export function crossed(
  { alike, read }: LimitKind,
  [soft, hard]: readonly [soft: unknown, hard: unknown],
  hardName: string,
  better: 'smaller' | 'larger' = 'smaller',
): string | false {
  const [lower, upper] = better === 'smaller' ? [soft, hard] : [hard, soft]
  const isCrossed = Number(read(lower)) > Number(read(upper)) && (alike?.(lower, upper) ?? true)
  return (
    isCrossed && `${String(soft)} must not be ${better === 'smaller' ? 'above' : 'below'} ${hardName}, ${String(hard)}`
  )
}

/** Rules for two limits of what is better the smaller it is. They must not be crossed. */
export function limitRules<Soft extends string, Hard extends string>(
  soft: Soft,
  hard: Hard,
  kind: LimitKind,
  defaults?: Readonly<Partial<Record<Soft | Hard, unknown>>>,
): Readonly<Record<Soft | Hard, Rule>> {
  const rule = limitRule(kind)
  const softRule: Rule = (value, options) =>
    rule(value, options) || crossed(kind, [value ?? defaults?.[soft], options[hard] ?? defaults?.[hard]], hard)
  return { [soft]: softRule, [hard]: rule } as Record<Soft | Hard, Rule>
}
