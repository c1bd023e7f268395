const FIRST_MS = 1_000
const LONGEST_MS = 300_000
/** A receiver may ask for more patience than we would have, but not for silence. */
const LONGEST_ASKED_MS = 3_600_000

/**
 * Milliseconds until the next try: at random between 0 and 1 s × 2^(tries − 1), at most 5 min ("full jitter", so that
 * many senders do not come back together), but never sooner than the receiver asked for, up to an hour.
 *
 * @param tries how often it was tried, this time included.
 * @param random as Math.random.
 */
export function retryDelayMs(tries: number, retryAfterMs: number | undefined, random: () => number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(Math.max(tries - 1, 0), 30))
  return Math.max(random() * ceiling, Math.min(retryAfterMs ?? 0, LONGEST_ASKED_MS))
}
