import type { Clock, Timer } from 'hale'

/** Does something soon after it is asked to, but at most once in a while. */
export class NowAndThen implements Disposable {
  readonly #clock: Clock
  readonly #everyMs: number
  readonly #run: () => void
  #ranAt = -Infinity
  #timer: Timer | undefined

  constructor(clock: Clock, everyMs: number, run: () => void) {
    this.#clock = clock
    this.#everyMs = everyMs
    this.#run = run
  }

  soon(): void {
    if (this.#timer !== undefined) return
    const wait = Math.max(0, this.#ranAt + this.#everyMs - this.#clock.now())
    this.#timer = this.#clock.after(wait, () => {
      this.#timer = undefined
      this.#ranAt = this.#clock.now()
      this.#run()
    })
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
  }
}
