import type { Clock, Timer } from './clock.ts'

export interface ScheduleOptions {
  readonly clock: Clock
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
export function createSchedule({ clock, everyMs, delayMs, task }: ScheduleOptions): Schedule {
  let due = clock.now() + delayMs
  let timer: Timer = clock.after(delayMs, fire)

  function fire(): void {
    const now = clock.now()
    const missed = Math.max(0, Math.floor((now - due) / everyMs))
    due += (missed + 1) * everyMs
    timer = clock.after(due - now, fire)
    task()
  }

  return {
    callNow() {
      timer.cancel()
      due = clock.now()
      fire()
    },
    stop: () => timer.cancel(),
  }
}
