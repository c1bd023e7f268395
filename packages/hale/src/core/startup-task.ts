import { defineCheck, type LocalCheck } from './check.ts'
import type { Clock } from './clock.ts'
import { formatDuration, parseDuration, type Duration } from './duration.ts'
import { resultFromError } from './error-codes.ts'
import type { Logger } from './logger.ts'
import { HealthSetupError, type Problem } from './misuse.ts'
import { healthy, unhealthy, unknown, type Result } from './result.ts'
import { findMisuse, isWhole, optional, type Rules } from './rules.ts'

/** The kind under which startup tasks stand in reports. */
export const STARTUP_KIND = 'startup'

/** Work that must be done before the app can serve. The signal is aborted when the registry closes. */
export type StartupTask = (signal: AbortSignal) => unknown

export interface StartupOptions {
  /** How often it is tried in all (1 to 100) before it counts as failed for good. Default 1. */
  readonly attempts?: number
  /** Wait before the second attempt; it doubles each time, up to a minute. Default `1s`. */
  readonly backoff?: Duration
}

export interface StartupRunOptions {
  readonly given: StartupOptions
  readonly name: string
  readonly task: StartupTask
  readonly clock: Clock
  readonly logger: Logger
}

const LONGEST_BACKOFF_MS = 60_000

const RULES: Rules<StartupOptions> = {
  attempts: optional('a whole number from 1 to 100', (attempts) => isWhole(attempts, 1, 100)),
  backoff: optional('a duration such as "1s"', (wait) => parseDuration(wait) !== undefined),
}

/** A startup task at work, and the check that says how it stands. */
export class StartupRun {
  readonly check: LocalCheck
  readonly #options: StartupRunOptions
  readonly #attempts: number
  readonly #backoffMs: number
  readonly #closing = new AbortController()
  #wake: (() => void) | undefined
  #result: Result = unknown('STARTING', 'Not begun yet.')

  /** @throws {HealthSetupError} when the options cannot work. */
  constructor(options: StartupRunOptions) {
    const { given, name, task } = options
    const problems: Problem[] = []
    const refuse = (field: string, message: string): void => void problems.push({ check: name, field, message })
    if (typeof task !== 'function') refuse('task', 'is not a function')
    findMisuse(given, RULES, refuse)
    if (problems.length > 0) throw new HealthSetupError(problems)
    const { attempts = 1, backoff = '1s' } = given
    this.#options = options
    this.#attempts = attempts
    this.#backoffMs = parseDuration(backoff) ?? 0
    this.check = defineCheck({
      kind: STARTUP_KIND,
      scope: 'local',
      run: () => this.#result,
      close: () => {
        this.#closing.abort(new DOMException(`${name} was closed`, 'AbortError'))
        this.#wake?.()
      },
    })
  }

  /** Resolves to whether it was done; never rejects. `onChange` is told whenever the check has something new to say. */
  async run(onChange: () => void): Promise<boolean> {
    const { clock } = this.#options
    const { signal } = this.#closing
    const say = (result: Result): void => {
      this.#result = result
      onChange()
    }
    for (let attempt = 1; !signal.aborted; attempt++) {
      const startedAt = clock.now()
      say(unknown('STARTING', `Under way${this.#which(attempt)}.`))
      const failure = await this.#try(attempt)
      if (failure === undefined) {
        say(healthy(`Done in ${formatDuration(clock.now() - startedAt)}${this.#which(attempt)}.`))
        return true
      }
      const last = attempt >= this.#attempts
      const waitMs = Math.min(LONGEST_BACKOFF_MS, this.#backoffMs * 2 ** (attempt - 1))
      const next = last ? 'It is not tried again.' : `Next attempt in ${formatDuration(waitMs)}.`
      say(unhealthy('STARTUP_FAILED', `Failed${this.#which(attempt)}: ${failure} ${next}`))
      if (last) return false
      await this.#wait(waitMs)
    }
    return false
  }

  #which(attempt: number): string {
    return this.#attempts === 1 ? '' : `, attempt ${attempt} of ${this.#attempts}`
  }

  /** Why it failed, in a line that is fit to be shown; undefined when it did not. */
  async #try(attempt: number): Promise<string | undefined> {
    const { logger, name, task } = this.#options
    try {
      await task(this.#closing.signal)
      return undefined
    } catch (error) {
      if (!this.#closing.signal.aborted) logger.error(`startup task ${name} failed${this.#which(attempt)}`, error)
      return resultFromError(error).message ?? ''
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.after(ms, resolve)
      this.#wake = () => {
        timer.cancel()
        resolve()
      }
    })
  }
}
