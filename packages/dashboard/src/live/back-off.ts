const FIRST_MS = 1_000
const LONGEST_MS = 15_000

/**
 * Milliseconds to wait before try number `attempt` (from 0): none, then 1 s, 2 s, 4 s … at most 15 s, each shortened by
 * up to half by `random` (0 to 1), so that many open pages do not come back to a restarted monitor at once.
 */
export function backOff(attempt: number, random: number): number {
  if (attempt === 0) return 0
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1))
  return full * (1 - random / 2)
}
