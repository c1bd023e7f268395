import type { Agenda, Item } from './agenda.ts'

export interface ScheduleOptions {
  readonly agenda: Agenda
  readonly everyMs: number
  /** Monotonic ms of the first call. */
  readonly firstAt: number
  readonly task: Task
}

/** What is called: an object rather than a function, so that what has a task need not make a closure for it. */
export interface Task {
  /** Must not throw. */
  onDue(): void
}

export interface Schedule {
  /** Calls the task now; the rhythm goes on from here. */
  callNow(): void
  /** Lets the rhythm go on from here, without a call. */
  restart(): void
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
  readonly #task: Task

  constructor({ agenda, everyMs, firstAt, task }: ScheduleOptions) {
    this.#agenda = agenda
    this.#everyMs = everyMs
    this.#task = task
    this.due = firstAt
    agenda.put(this)
  }

  dueAfter(now: number): number {
    const missed = Math.max(0, Math.floor((now - this.due) / this.#everyMs))
    return this.due + (missed + 1) * this.#everyMs
  }

  fall(): void {
    this.#task.onDue()
  }

  callNow(): void {
    this.restart()
    this.#task.onDue()
  }

  restart(): void {
    this.#agenda.drop(this)
    this.due = this.#agenda.clock.now() + this.#everyMs
    this.#agenda.put(this)
  }

  stop(): void {
    this.#agenda.drop(this)
  }
}
