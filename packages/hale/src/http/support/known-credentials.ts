/** How long a proof is remembered after it was last given. */
const REMEMBERED_MS = 10 * 60_000
/** Proofs that are remembered; the one that was used longest ago goes first. */
const MAX_KNOWN = 1_000

/**
 * Digests of credentials that a verifier has let in lately. Whoever brings one is asked about whatever others tried from the
 * same address; the verifier still decides each time, so that what was revoked stays out. Holds no credentials.
 */
export class KnownCredentials {
  /** When each ends, in the order in which they end. */
  readonly #endsAt = new Map<string, number>()
  readonly #underWay = new Map<string, Promise<unknown>>()

  /** How many are remembered. */
  get size(): number {
    return this.#endsAt.size
  }

  /** Whether it was let in within the last 10 minutes. `now` is monotonic, in ms. */
  has(digest: string, now: number): boolean {
    return now < (this.#endsAt.get(digest) ?? -Infinity)
  }

  /** Notes that a verifier let it in. What it refuses later is not forgotten sooner: it may have failed itself. */
  note(digest: string, now: number): void {
    this.#endsAt.delete(digest)
    this.#endsAt.set(digest, now + REMEMBERED_MS)
    const [oldest] = this.#endsAt.keys()
    if (this.#endsAt.size > MAX_KNOWN && oldest !== undefined) this.#endsAt.delete(oldest)
  }

  /** The judgement of these credentials that is under way. */
  underWay(digest: string): Promise<unknown> | undefined {
    return this.#underWay.get(digest)
  }

  /** Keeps a judgement as under way until it is there. */
  keep<T>(digest: string, judgement: Promise<T>): Promise<T> {
    const kept = judgement.finally(() => {
      if (this.#underWay.get(digest) === kept) this.#underWay.delete(digest)
    })
    this.#underWay.set(digest, kept)
    return kept
  }
}
