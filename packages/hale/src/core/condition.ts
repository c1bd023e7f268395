import type { Clock } from './clock.ts'
import type { Status } from './status.ts'

/** Says whether something is to happen now: whether a check is to run, whether maintenance is on. Asked before each run, never per request. */
export interface Condition {
  /** Names of the checks whose status it looks at, so that circles are found when they are set up. */
  readonly checks?: readonly string[]
  /** Should be cheap. Throwing means that nothing can be said. */
  test(context: ConditionContext): ConditionAnswer | Promise<ConditionAnswer>
}

export interface ConditionAnswer {
  readonly holds: boolean
  /** What was found, as a clause for a person: `the load is 2.1 per core, which is not above 4`. */
  readonly because: string
  /** Wall time (ms since 1970) at which it stops holding, where that is known. */
  readonly until?: number
}

export interface ConditionContext {
  readonly clock: Clock
  /** What is believed of another check. @throws {RangeError} when there is none of that name. */
  status(check: string): Status | Promise<Status>
}

/** A condition as a user writes it: one of `hale/conditions/…`, a function that says yes or no, or a flag. */
export type When = Condition | boolean | (() => boolean | Promise<boolean>)

/** Makes a condition of what a user wrote; undefined when it is none. */
export function toCondition(given: unknown): Condition | undefined {
  if (typeof given === 'boolean') return { test: () => fromFlag(given, 'its flag') }
  if (typeof given === 'function') return fromFunction(given as () => unknown)
  return isCondition(given) ? given : undefined
}

function fromFunction(ask: () => unknown): Condition {
  return {
    test() {
      const said = ask()
      return said instanceof Promise
        ? said.then((flag: unknown) => fromFlag(flag, 'its function'))
        : fromFlag(said, 'its function')
    },
  }
}

function fromFlag(flag: unknown, source: string): ConditionAnswer {
  if (typeof flag !== 'boolean') throw new TypeError(`the condition answered ${String(flag)}, not true or false`)
  return { holds: flag, because: `${source} says ${flag ? 'yes' : 'no'}` }
}

function isCondition(given: unknown): given is Condition {
  return typeof given === 'object' && given !== null && 'test' in given && typeof given.test === 'function'
}
