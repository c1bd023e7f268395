import type { Entry } from './entry.ts'

/**
 * Whether the app has started, which it does once. Without a check of its own, startup waits for what readiness counts: for a
 * soft dependency only until it has answered, for its outage must not keep a whole fleet from starting (E17).
 */
export class StartupLatch {
  readonly #counted: () => readonly Entry[]
  #passed = false
  /** The check that it waits for; there may be others after it. Kept, so that not every answer of ten thousand looks through all. */
  #awaited: Entry | undefined

  /** @param counted what startup waits for now. */
  constructor(counted: () => readonly Entry[]) {
    this.#counted = counted
  }

  /** Looks whether it has. To be called with every answer: it may be the one that was waited for. */
  look(): boolean {
    if (this.#passed || (this.#awaited !== undefined && !mayStart(this.#awaited))) return this.#passed
    this.#awaited = this.#counted().find((entry) => !mayStart(entry))
    this.#passed = this.#awaited === undefined
    return this.#passed
  }

  /** There is another check: with one of its own, startup waits for that alone. */
  lookAnew(): void {
    this.#awaited = undefined
  }
}

function mayStart(entry: Entry): boolean {
  const { policy, probes } = entry.registration
  if (entry.hasBeenUp || !entry.counts) return true
  return entry.hasAnswered && policy.impact !== 'fails' && !probes.includes('startup')
}
