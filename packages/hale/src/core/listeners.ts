import type { Transition } from './health.ts'
import type { Logger } from './logger.ts'

export type Listener<Name extends string> = (transition: Transition<Name>) => void

/** Those who want to know of transitions. One that throws is logged and keeps nobody else from being told. */
export class Listeners<Name extends string> {
  readonly #listeners = new Set<Listener<Name>>()
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Returns what takes the listener off again. */
  add(listener: Listener<Name>): () => void {
    // Of its own, so that one function added twice is told twice and taken off once.
    const own: Listener<Name> = (transition) => listener(transition)
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  tell(transition: Transition<Name>): void {
    for (const listener of this.#listeners) {
      try {
        listener(transition)
      } catch (error) {
        this.#logger.error('a listener of health transitions threw', error)
      }
    }
  }

  clear(): void {
    this.#listeners.clear()
  }
}
