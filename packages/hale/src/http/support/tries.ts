import type { Address } from './addresses.ts'

const WINDOW_MS = 60_000
/** Clients that are counted apart; those beyond share one count. */
const MAX_CLIENTS = 1_000

interface Count {
  taken: number
  readonly endsAt: number
}

/** Counts a client's tries at getting in, so many a minute, in a bounded memory. */
export class Tries {
  readonly #limit: number
  /** In the order in which they end. */
  readonly #counts = new Map<string, Count>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** How many clients are remembered. */
  get size(): number {
    return this.#counts.size
  }

  /**
   * Takes one of the client's tries, and returns what gives it back when it succeeded; undefined when none is left.
   * `now` is monotonic, in ms.
   */
  take(client: string, now: number): (() => void) | undefined {
    for (const [each, { endsAt }] of this.#counts) {
      if (endsAt > now) break
      this.#counts.delete(each)
    }
    const name = this.#counts.has(client) || this.#counts.size < MAX_CLIENTS ? client : OTHERS
    const count = this.#counts.get(name) ?? { taken: 0, endsAt: now + WINDOW_MS }
    if (count.taken >= this.#limit) return undefined
    count.taken++
    this.#counts.set(name, count)
    return () => {
      count.taken--
      if (count.taken === 0 && this.#counts.get(name) === count) this.#counts.delete(name)
    }
  }
}

const OTHERS = 'others'

/** Whom tries are counted for: an IPv4 address, or the 64 bits that one customer has in IPv6. */
export function clientOf(address: Address | undefined): string {
  if (address === undefined) return 'unknown'
  return address.bits === 32 ? `4:${address.value}` : `6:${address.value >> 64n}`
}
