import type { Logger } from './logger.ts'

type Listener<T> = (event: T) => void

/** Those who want to know of one kind of event. One that throws is logged and keeps nobody else from being told. */
export class Listeners<T> {
  readonly #listeners = new Set<Listener<T>>()
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Returns what takes the listener off again. */
  add(listener: Listener<T>): () => void {
    // Of its own, so that one function added twice is told twice and taken off once.
    const own: Listener<T> = (event) => listener(event)
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  /** Makes the event only if somebody listens: a run costs nothing that nobody wants to know of. */
  tell(make: () => T): void {
    if (this.#listeners.size === 0) return
    const event = make()
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (error) {
        this.#logger.error('a listener of health events threw', error)
      }
    }
  }

  clear(): void {
    this.#listeners.clear()
  }
}
