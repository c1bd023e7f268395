import { BEATS, type Beat } from '@hale/contract'
import { STATUSES } from 'hale'
import type { Sample } from '../model.ts'

/** The last observations of one series, in 800 bytes. */
export class Beats {
  readonly #at = new Float64Array(BEATS)
  readonly #durationMs = new Float32Array(BEATS)
  readonly #status = new Uint8Array(BEATS)
  #count = 0

  /** Takes one observation in. One that is not younger than the last is a repeat and changes nothing. */
  add({ at, status, durationMs }: Pick<Sample, 'at' | 'status' | 'durationMs'>): void {
    if (this.#count > 0 && at <= (this.#at[(this.#count - 1) % BEATS] ?? 0)) return
    const place = this.#count % BEATS
    this.#at[place] = at
    this.#durationMs[place] = durationMs ?? NaN
    this.#status[place] = STATUSES.indexOf(status)
    this.#count += 1
  }

  /** Those after a wall time, oldest first. */
  after(wall: number): readonly Beat[] {
    let length = Math.min(this.#count, BEATS)
    while (length > 0 && (this.#at[(this.#count - length) % BEATS] ?? 0) <= wall) length -= 1
    return Array.from({ length }, (_, index) => {
      const place = (this.#count - length + index) % BEATS
      const ms = this.#durationMs[place] ?? NaN
      // A 32-bit float holds 7 digits; more would only be noise on the wire.
      return [
        this.#at[place] ?? 0,
        STATUSES[this.#status[place] ?? 0] ?? 'unknown',
        Number.isNaN(ms) ? null : Math.round(ms * 100) / 100,
      ]
    })
  }
}
