import type { Agenda } from './agenda.ts'
import type { CheckContext, ResolvedRegistration } from './check.ts'
import type { Clock } from './clock.ts'
import type { ConditionContext } from './condition.ts'
import { resultFromError } from './error-codes.ts'
import { age, evaluate, initialState } from './evaluate.ts'
import { createGate, type Gate } from './gate.ts'
import type { Logger } from './logger.ts'
import type { Maintenance } from './maintenance.ts'
import type { Result } from './result.ts'
import { createRunner, type Runner, type RunnerOptions, type Timed, type TimeoutInfo } from './runner.ts'
import { createSchedule, type Schedule, type Task } from './schedule.ts'
import { instantOf, type Instant, type State } from './state.ts'
import { isJudged } from './status.ts'
import { Tally } from './tally.ts'
import { timeoutResult } from './timeout-result.ts'
import { toResult } from './to-result.ts'

/** What all checks of a registry share. */
export interface Site {
  readonly clock: Clock
  /** Where the runs in the background stand. */
  readonly agenda: Agenda
  readonly logger: Logger
  /** What the conditions of checks may look at. */
  readonly conditions: ConditionContext
  /** Told of everything recorded and of every answer that has grown stale. Must not throw. */
  readonly onChange: (entry: Entry, before: State, after: State) => void
}

/**
 * One registered check at work: runs it, when it is due, one run at a time, and keeps what is believed of it. It is its own
 * runner's options and its schedule's task and has no closures, for there may be ten thousand.
 */
export class Entry implements RunnerOptions<unknown>, Task {
  readonly registration: ResolvedRegistration
  /** How often its status has changed. Counted by the registry, which sees every change. */
  transitions = 0
  readonly tally: Tally = new Tally()
  readonly #site: Site
  readonly #runner: Runner<unknown>
  readonly #gate: Gate | undefined
  readonly #schedule: Schedule | undefined
  readonly #firstRunAt: number
  #state: State
  #running: Running | undefined
  /** True while its check is being called: who asks then waits for that call, and leaves its answer to be recorded there. */
  #asking = false
  #maintenance: Maintenance | undefined
  /** True when the last answer is not to be waited out, for it is known to be of the past. */
  #due = false
  #hasBeenUp = false
  #closed = false
  #lastLogged: string | undefined

  /** @param firstAt monotonic ms of the first run in the background; undefined: run when asked only. */
  constructor(site: Site, registration: ResolvedRegistration, firstAt: number | undefined) {
    const { agenda, clock, conditions } = site
    const { everyMs, initialDelayMs } = registration.policy
    this.#site = site
    this.registration = registration
    this.#state = initialState(instantOf(clock))
    const { check, when } = registration
    if (when !== undefined) {
      const onError = (error: unknown): void => this.#log(`the condition of health check ${this.name} threw`, error)
      this.#gate = createGate({ check, when, conditions, onError })
    }
    this.#runner = createRunner<unknown>(this)
    this.#firstRunAt = clock.now() + initialDelayMs
    if (firstAt !== undefined) this.#schedule = createSchedule({ agenda, everyMs, firstAt, task: this })
  }

  get name(): string {
    return this.registration.name
  }

  get timeoutMs(): number {
    return this.registration.policy.timeoutMs
  }

  get clock(): Clock {
    return this.#site.clock
  }

  /** For the schedule: time for a run. */
  onDue(): void {
    void this.#run(0)
  }

  /** For the runner: asks the check itself. */
  run(context: CheckContext): unknown {
    const { check } = this.registration
    return this.#gate === undefined ? check.run(context) : this.#gate.run(context)
  }

  /** For the runner: the answer for a run that takes too long. */
  onTimeout(info: TimeoutInfo): Result {
    return this.#gate?.onTimeout(info) ?? timeoutResult(info)
  }

  /** For the runner: the answer for a run that threw. */
  onThrow(error: unknown): Result {
    if (!this.#closed) this.#log(`health check ${this.name} threw`, error)
    return resultFromError(error)
  }

  /** Once healthy or degraded, true for ever. */
  get hasBeenUp(): boolean {
    return this.#hasBeenUp
  }

  get hasAnswered(): boolean {
    return this.#state.last !== undefined
  }

  /** The maintenance it is in. */
  get maintenance(): Maintenance | undefined {
    return this.#maintenance
  }

  /** Whether it counts towards the whole; true before its first answer. */
  get counts(): boolean {
    return isJudged(this.#state.status)
  }

  /** What is believed at `at`: an answer past its staleness limit no longer is (E2). */
  stateAt(at: Instant): State {
    const before = this.#state
    if (this.#maintenance !== undefined) return before
    const after = age(before, at, this.registration.policy)
    this.#state = after
    if (after !== before) this.#site.onChange(this, before, after)
    return after
  }

  /** Until when (monotonic ms) its state stays what it is if nothing is recorded. */
  validUntil(): number {
    const { last, reason } = this.#state
    const { everyMs, staleAfterMs } = this.registration.policy
    if (this.#maintenance !== undefined) return Infinity
    if (this.#closed) return last === undefined || reason.gate === 'stale' ? Infinity : last.at.now + staleAfterMs
    // Until the first answer is due; from then on whoever may wait for it asks anew.
    if (last === undefined) return this.#schedule === undefined ? 0 : this.#firstRunAt
    if (this.#schedule === undefined) return this.#due ? 0 : last.at.now + everyMs
    return reason.gate === 'stale' ? Infinity : last.at.now + staleAfterMs
  }

  /**
   * Sees to an answer to show: undefined when there is one, or none can be had yet; else a wait of at most the timeout.
   * A wait is always for a run of the asker's hop or a later one, so no circle of waits can close (E12).
   */
  settle(now: number, hop: number): Promise<void> | undefined {
    if (this.#closed || this.#maintenance !== undefined) return undefined
    const { last } = this.#state
    const cannotWait = this.#running !== undefined && this.#running.hop < hop
    if (this.#schedule === undefined) {
      const fresh = last !== undefined && !this.#due && now - last.at.now < this.registration.policy.everyMs
      return fresh || cannotWait ? undefined : this.#run(hop)
    }
    // In the background only the very first answer is waited for. Whoever asks before it is due brings it forward.
    if (last !== undefined || now < this.#firstRunAt || cannotWait) return undefined
    const isFirst = this.#running === undefined
    const done = this.#run(hop)
    if (isFirst && !this.#closed) this.#schedule.restart()
    return done
  }

  /** Puts it into maintenance, in which it is not asked, or takes it out: then it is asked at once. */
  maintain(maintenance: Maintenance | undefined): void {
    this.#maintenance = maintenance
    if (maintenance === undefined) this.refresh()
    else this.#declare(maintenance)
  }

  /** Asks at once what it says now: in the background; else with the next request. */
  refresh(): void {
    this.#due = true
    const schedule = this.#schedule
    if (schedule === undefined || this.#closed) return
    // What runs already may have looked before the change.
    if (this.#running === undefined) schedule.callNow()
    else void this.#running.done.then(() => !this.#closed && schedule.callNow())
  }

  /** Stops the schedule, aborts what runs, releases what the check opened. */
  async close(): Promise<void> {
    this.#closed = true
    this.#schedule?.stop()
    this.#runner.close()
    await this.registration.check.close?.()
  }

  /**
   * Starts a run, or joins the one under way; who asks twice in one run records it once (E5). Undefined when there is
   * nothing to wait for: an answer that was there at once is recorded.
   */
  #run(hop: number): Promise<void> | undefined {
    if (this.#maintenance !== undefined) return undefined
    if (this.#running !== undefined) return this.#running.done
    if (this.#asking) return this.#runner.run(hop).then(() => undefined)
    this.#due = false
    this.#asking = true
    const answer = this.#runner.ask(hop)
    this.#asking = false
    if (!(answer instanceof Promise)) {
      this.#take(answer)
      return undefined
    }
    this.#running = { hop, done: answer.then((timed) => this.#take(timed)) }
    return this.#running.done
  }

  #take(answer: Timed<unknown>): void {
    this.#running = undefined
    if (!this.#closed && this.#maintenance === undefined) this.#record(answer)
  }

  #record({ value, at, durationMs }: Timed<unknown>): void {
    const { check, policy } = this.registration
    const before = this.#state
    const result = toResult(value)
    if (result.status === 'healthy') this.#lastLogged = undefined
    const after = evaluate(age(before, at, policy), { result, at, durationMs }, policy)
    this.#state = after
    if (isJudged(result.status)) {
      this.tally.count(after.consecutiveFailures > 0, durationMs, policy.timeoutMs)
      // The first run connects, so it says nothing of those to come; and an idle check need not pay for what it has not.
      if (check.scope !== 'local' && before.last !== undefined) this.tally.keep(at.now, durationMs, policy.everyMs)
    }
    this.#hasBeenUp ||= after.status === 'healthy' || after.status === 'degraded'
    this.#site.onChange(this, before, after)
  }

  #declare({ message }: Maintenance): void {
    const at = instantOf(this.#site.clock)
    const before = this.#state
    const result: Result = { status: 'maintenance', message }
    this.#state = evaluate(before, { result, at, durationMs: undefined }, this.registration.policy)
    this.#site.onChange(this, before, this.#state)
  }

  // The same error every ten seconds says nothing new; it is logged again when it changes or comes back.
  #log(message: string, error: unknown): void {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : typeof error
    if (text === this.#lastLogged) return
    this.#lastLogged = text
    this.#site.logger.error(message, error)
  }
}

/** A run that takes its time. */
interface Running {
  readonly hop: number
  readonly done: Promise<void>
}
