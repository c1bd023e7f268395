import type { Clock } from './clock.ts'

/** The announced end: begins once, and is over after a wait or when the registry closes. */
export class Drain {
  readonly waitMs: number
  readonly #clock: Clock
  #over: Promise<void> | undefined
  #end: (() => void) | undefined

  constructor(clock: Clock, waitMs: number) {
    this.#clock = clock
    this.waitMs = waitMs
  }

  get begun(): boolean {
    return this.#over !== undefined
  }

  /** Resolves when it is over. Every call gets the promise of the first. */
  begin(): Promise<void> {
    this.#over ??= new Promise((resolve) => {
      const timer = this.#clock.after(this.waitMs, resolve)
      this.#end = () => {
        timer.cancel()
        resolve()
      }
    })
    return this.#over
  }

  /** Ends the wait, if one is under way. */
  end(): void {
    this.#end?.()
  }
}
