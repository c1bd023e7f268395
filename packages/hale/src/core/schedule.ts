import type { Agenda, Item } from './agenda.ts'

export interface ScheduleOptions {
  readonly agenda: Agenda
  readonly everyMs: number
  /** Milliseconds before the first call. */
  readonly delayMs: number
  readonly task: () => void
}

export interface Schedule {
  /** Calls the task now; the rhythm goes on from here. */
  callNow(): void
  stop(): void
}

/**
 * Calls a task at a fixed rate: a late call does not put off the ones after it, and calls that were missed, because the
 * process was busy or asleep, are skipped, not made up for.
 */
export function createSchedule(options: ScheduleOptions): Schedule {
  return new FixedRate(options)
}

class FixedRate implements Schedule, Item {
  due: number
  place = -1
  readonly #agenda: Agenda
  readonly #everyMs: number
  readonly #task: () => void

  constructor({ agenda, delayMs, everyMs, task }: ScheduleOptions) {
    this.#agenda = agenda
    this.#everyMs = everyMs
    this.#task = task
    this.due = agenda.clock.now() + delayMs
    agenda.put(this)
  }

  fall(): void {
    const now = this.#agenda.clock.now()
    const missed = Math.max(0, Math.floor((now - this.due) / this.#everyMs))
    this.due += (missed + 1) * this.#everyMs
    this.#agenda.put(this)
    this.#task()
  }

  callNow(): void {
    this.#agenda.drop(this)
    this.due = this.#agenda.clock.now()
    this.fall()
  }

  stop(): void {
    this.#agenda.drop(this)
  }
}
