/**
 * What the way to a server does.
 *
 * - `pass`: nothing, it works
 * - `refuse`: nothing listens; what was connected is reset
 * - `reset`: takes connections and resets them, also those that stand
 * - `blackhole`: keeps and takes connections, and lets no byte through until the mode changes
 * - `garbage`: answers with bytes of no protocol
 * - `half-close`: the server's side says it is done (FIN) and answers no more; what the client sends still arrives
 * - a {@link Strain}: it works, but badly
 */
export type FaultMode = 'pass' | 'refuse' | 'reset' | 'blackhole' | 'garbage' | 'half-close' | Strain

/** A way that works badly. Each part acts on every connection by itself; what is left out does not act. */
export interface Strain {
  /** Milliseconds by which every byte comes late, in each direction. */
  readonly latencyMs?: number
  /** Up to so many milliseconds more for each chunk, drawn evenly. Order is kept. */
  readonly jitterMs?: number
  /** Bytes a second in each direction. */
  readonly bytesPerSecond?: number
  /** Bytes that are answered from now on before the connection is closed in the middle of it. */
  readonly cutAfterBytes?: number
}

/** @throws {RangeError} that names the mode or the number that cannot be. */
export function refuseBadMode(mode: FaultMode): void {
  if (typeof mode === 'string') {
    if (!WORDS.has(mode)) throw new RangeError(`fault proxy: ${mode} is no mode; there are ${[...WORDS].join(', ')}`)
    return
  }
  for (const [name, value] of Object.entries(mode) as [string, unknown][]) {
    const least = LEAST[name]
    if (least === undefined) {
      throw new RangeError(`fault proxy: there is no ${name}; there are ${Object.keys(LEAST).join(', ')}`)
    }
    if (typeof value !== 'number' || !(value >= least) || value === Infinity) {
      throw new RangeError(`fault proxy: ${name} must be a number from ${least} up, not ${String(value)}`)
    }
  }
}

const WORDS: ReadonlySet<string> = new Set(['pass', 'refuse', 'reset', 'blackhole', 'garbage', 'half-close'])
const LEAST: Readonly<Record<string, number>> = { latencyMs: 0, jitterMs: 0, bytesPerSecond: 1, cutAfterBytes: 0 }
