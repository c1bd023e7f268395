import { HealthSetupError, refuseUnknown, show, type Problem } from './misuse.ts'

/** Options as plain JavaScript gives them, whatever they hold. */
export type Given = Readonly<Record<string, unknown>>

/** Says what is wrong with an option's value, in words that follow its name; false or undefined when nothing is. */
export type Rule = (value: unknown, options: Given) => string | false | undefined

/** A rule for every option. They are the list of the options that there are: one without a rule does not compile. */
export type Rules<Options> = { readonly [Name in keyof Options]-?: Rule }

/** Tells of everything that is wrong with options: names that there are not, and values that break their rule. */
export function findMisuse<Options>(
  options: Options,
  rules: Rules<Options>,
  refuse: (field: string, message: string) => void,
): void {
  const known = Object.keys(rules) as (keyof Options & string)[]
  if (!isObject(options)) {
    refuse('options', `${show(options)} is not an object of options; there are ${known.join(', ')}`)
    return
  }
  refuseUnknown(options, known, refuse)
  for (const name of known) {
    const message = rules[name](options[name], options)
    if (message) refuse(name, message)
  }
}

/**
 * Refuses what cannot work, all problems at once. `prefix` goes before the names in messages.
 *
 * @throws {HealthSetupError} when there is a problem.
 */
export function refuseOptions<Options>(options: Options, rules: Rules<Options>, prefix: string = ''): void {
  const problems: Problem[] = []
  findMisuse(options, rules, (field, message) => problems.push({ field: prefix + field, message }))
  if (problems.length > 0) throw new HealthSetupError(problems)
}

/** A rule for an option that may be left out. `meant` is what it should be, such as `a port from 1 to 65535`. */
export function optional(meant: string, isOne: (value: unknown) => boolean): Rule {
  return (value) => value !== undefined && !isOne(value) && `${show(value)} is not ${meant}`
}

/** A rule for an option that must be given. */
export function required(meant: string, isOne: (value: unknown) => boolean): Rule {
  const rule = optional(meant, isOne)
  return (value, options) => (value === undefined ? `is missing: give ${meant}` : rule(value, options))
}

/** A rule for an option that is one of a few words or numbers, and may be left out. */
export function oneOf(...words: readonly unknown[]): Rule {
  return (value) => value !== undefined && !words.includes(value) && `${show(value)} is none of ${words.join(', ')}`
}

/** A rule for an option that holds options of its own. */
export function within<Options>(rules: Rules<Options>): Rule {
  return (value) => {
    const found: string[] = []
    if (value !== undefined) findMisuse(value as Options, rules, (name, message) => found.push(`${name}: ${message}`))
    return found.join('; ')
  }
}

export function textRule(value: unknown): string | false {
  return value !== undefined && !isText(value) && `${show(value)} is not text`
}

/** Text that no message may show. */
export function secretRule(value: unknown): string | false {
  return value !== undefined && !isText(value) && 'is not text'
}

/** Text that is there. */
export function filledRule(value: unknown): string | false {
  return value !== undefined && !isFilled(value) && `${show(value)} is not text, or empty`
}

export function flagRule(value: unknown): string | false {
  return value !== undefined && typeof value !== 'boolean' && `${show(value)} is neither true nor false`
}

/** Texts by name, such as headers. Not shown: they may be secret. */
export function textsRule(value: unknown): string | false {
  if (value === undefined) return false
  if (!isObject(value) || Array.isArray(value)) return 'is not an object of names and texts'
  return !Object.values(value).every(isText) && 'has a value that is no text'
}

export function isText(value: unknown): value is string {
  return typeof value === 'string'
}

export function isFilled(value: unknown): value is string {
  return isText(value) && value !== ''
}

export function isObject(value: unknown): value is Given {
  return typeof value === 'object' && value !== null
}

export function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}

export function isWhole(value: unknown, least: number, most: number = Infinity): value is number {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most
}

/** A list of texts that are there. */
export function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isFilled)
}

/** Where an app's log may be: an object with a method `error`. */
export function loggerRule(value: unknown): string | false {
  return value !== undefined && !isFunction(Object(value).error) && 'has no method error(message, error)'
}

/** Something that tells the time. */
export function isClock(value: unknown): boolean {
  return isObject(value) && isFunction(value['now'])
}

/** A name of 1 to so many bytes. */
export function isName(value: unknown, mostBytes: number): value is string {
  return isFilled(value) && new TextEncoder().encode(value).length <= mostBytes
}
