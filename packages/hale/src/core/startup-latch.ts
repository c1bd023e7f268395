import type { Entry } from './entry.ts'

/**
 * Whether the app has started, which it does once. Without a check of its own, startup waits for what readiness counts: for a
 * soft dependency only until it has answered, for its outage must not keep a whole fleet from starting (E17).
 */
export class StartupLatch {
  readonly #counted: () => readonly Entry[]
  #passed = false
  /** What startup waits for, while it does. */
  #entries: readonly Entry[] | undefined
  /** Which of them it waits for; there may be others after it. Kept, so that not every answer of ten thousand looks through all. */
  #place = 0

  /** @param counted what startup waits for now. */
  constructor(counted: () => readonly Entry[]) {
    this.#counted = counted
  }

  /** Looks whether it has. To be called with every answer: it may be the one that was waited for. */
  look(): boolean {
    if (this.#passed) return true
    const entries = (this.#entries ??= this.#counted())
    // Once round, for one that was passed may have come out of maintenance since.
    for (let step = 0; step < entries.length; step++) {
      const entry = entries[this.#place]
      if (entry !== undefined && !mayStart(entry)) return false
      this.#place = (this.#place + 1) % entries.length
    }
    this.#passed = true
    this.#entries = undefined
    return true
  }

  /** There is another check: with one of its own, startup waits for that alone. */
  lookAnew(): void {
    this.#entries = undefined
    this.#place = 0
  }
}

function mayStart(entry: Entry): boolean {
  const { policy, probes } = entry.registration
  if (entry.hasBeenUp || !entry.counts) return true
  return entry.hasAnswered && policy.impact !== 'fails' && !probes.includes('startup')
}
