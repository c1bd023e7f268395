import type { Clock } from './clock.ts'
import { toCondition, type ConditionAnswer, type ConditionContext, type When } from './condition.ts'
import type { Logger } from './logger.ts'
import { show, type Problem } from './misuse.ts'
import type { MaintenanceBook, MaintenanceOptions } from './maintenance.ts'
import { findMisuse, textRule, type Rules } from './rules.ts'
import { createRunner, type Runner } from './runner.ts'
import { Agenda } from './agenda.ts'
import { createSchedule, type Schedule } from './schedule.ts'

/** Maintenance that comes by itself, such as every Sunday from two to four. */
export interface ScheduledMaintenance<Name extends string = string> extends Pick<
  MaintenanceOptions<Name>,
  'check' | 'message'
> {
  /** When it is on; mostly a `window` of `hale/conditions/window`. */
  readonly when: When
}

export interface MaintenanceScheduleOptions {
  readonly planned: readonly ScheduledMaintenance[]
  readonly book: MaintenanceBook
  readonly conditions: ConditionContext
  readonly logger: Logger
  /** True: look every second. False: only when somebody asks. */
  readonly background: boolean
}

const LOOK_EVERY_MS = 1_000

/** What is wrong with planned maintenance. */
export function findPlanProblems(
  planned: readonly ScheduledMaintenance[],
  registrations: readonly { readonly name: string }[],
): readonly Problem[] {
  const problems: Problem[] = []
  const rules: Rules<ScheduledMaintenance> = {
    check: (check) =>
      check !== undefined && !registrations.some(({ name }) => name === check) && `there is no check ${show(check)}`,
    when: (when) => toCondition(when) === undefined && 'is neither a condition, nor a function, nor true or false',
    message: textRule,
  }
  for (const [index, plan] of planned.entries()) {
    findMisuse(plan, rules, (field, message) => problems.push({ field: `maintenance[${index}].${field}`, message }))
  }
  return problems
}

/** Declares planned maintenance when its condition begins to hold, and ends it when that stops. */
export class MaintenanceSchedule {
  readonly #plans: readonly Plan[]
  readonly #clock: Clock
  readonly #schedule: Schedule | undefined
  #lookedAt = -Infinity

  constructor({ background, book, conditions, logger, planned }: MaintenanceScheduleOptions) {
    this.#plans = planned.map((each) => new Plan(each, book, conditions, logger))
    this.#clock = conditions.clock
    if (!background || planned.length === 0) return
    const task = { onDue: () => void this.#look() }
    const firstAt = this.#clock.now()
    this.#schedule = createSchedule({ agenda: new Agenda(this.#clock), everyMs: LOOK_EVERY_MS, firstAt, task })
  }

  /** In the background the first look is waited for; else each that is due. */
  settle(now: number): Promise<void> | undefined {
    if (this.#plans.length === 0 || now < this.validUntil()) return undefined
    return this.#look()
  }

  /** Until when (monotonic ms) it need not be looked again for a request. */
  validUntil(): number {
    if (this.#plans.length === 0) return Infinity
    const looksByItself = this.#schedule !== undefined && this.#lookedAt > -Infinity
    return looksByItself ? Infinity : this.#lookedAt + LOOK_EVERY_MS
  }

  close(): void {
    this.#schedule?.stop()
    for (const plan of this.#plans) plan.close()
  }

  async #look(): Promise<void> {
    await Promise.all(this.#plans.map((plan) => plan.look()))
    this.#lookedAt = this.#clock.now()
  }
}

/** One planned maintenance: on or not. */
class Plan {
  readonly #planned: ScheduledMaintenance
  readonly #book: MaintenanceBook
  readonly #logger: Logger
  readonly #runner: Runner<ConditionAnswer | undefined>
  #end: (() => void) | undefined
  #until: number | undefined
  #failed = false

  constructor(planned: ScheduledMaintenance, book: MaintenanceBook, conditions: ConditionContext, logger: Logger) {
    const condition = toCondition(planned.when)
    this.#planned = planned
    this.#book = book
    this.#logger = logger
    this.#runner = createRunner<ConditionAnswer | undefined>({
      name: 'planned maintenance',
      timeoutMs: LOOK_EVERY_MS,
      clock: conditions.clock,
      run: () => condition?.test(conditions),
      onTimeout: () => this.#fail(new Error(`it did not answer within ${LOOK_EVERY_MS} ms`)),
      onThrow: (error) => this.#fail(error),
    })
  }

  /** Never rejects: a condition that fails leaves things as they are, and is logged once. */
  async look(): Promise<void> {
    const { value: answer } = await this.#runner.run()
    if (answer === undefined) return
    this.#failed = false
    try {
      this.#turn(answer)
    } catch (error) {
      this.#fail(error)
    }
  }

  close(): void {
    this.#failed = true
    this.#runner.close()
  }

  #turn({ holds, until }: ConditionAnswer): void {
    const { check, message } = this.#planned
    if (holds && this.#end !== undefined && until === this.#until) return
    const endBefore = this.#end
    this.#until = until
    this.#end = !holds
      ? undefined
      : this.#book.declare({
          ...(check === undefined ? {} : { check }),
          ...(message === undefined ? {} : { message }),
          ...(until === undefined ? {} : { until: new Date(until) }),
        })
    // The next one is on before the last one ends, so that there is no gap between them.
    endBefore?.()
  }

  #fail(error: unknown): undefined {
    if (!this.#failed) this.#logger.error('the condition of a planned maintenance failed', error)
    this.#failed = true
    return undefined
  }
}
