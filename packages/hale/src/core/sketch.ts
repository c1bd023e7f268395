/**
 * How latencies are spread, small enough to keep for ever: counts in buckets that grow by γ = 2^(1/32) ≈ 2.2 %.
 * Merging is adding, so hours add up to days without loss. The scale is OpenTelemetry's exponential histogram 5
 * (Prometheus native histogram schema 5): bucket i holds the values in (γ^i, γ^(i+1)].
 */
export class Sketch {
  /** Values too small to matter: up to 1 µs. */
  #zeros = 0
  /** Counts of the buckets from `#first` on. */
  #counts = new Uint32Array(0)
  #first = 0
  #total = 0

  /** How many values were added. */
  get count(): number {
    return this.#total
  }

  /** Takes one latency in milliseconds in. */
  add(ms: number): void {
    if (Number.isNaN(ms)) throw new RangeError('NaN is not a latency.')
    this.#addTo(ms <= ZERO_MS ? NEAR_ZERO : bucketOf(Math.min(ms, MAX_MS)), 1)
  }

  /** Takes in everything that another sketch holds. */
  merge(other: Sketch): void {
    this.#zeros += other.#zeros
    this.#total += other.#total
    if (other.#counts.length === 0) return
    this.#reach(other.#first, other.#first + other.#counts.length)
    const shift = other.#first - this.#first
    for (let place = 0; place < other.#counts.length; place++) {
      this.#counts[place + shift] = (this.#counts[place + shift] ?? 0) + (other.#counts[place] ?? 0)
    }
  }

  /** Forgets everything, and keeps the room for more. */
  clear(): void {
    this.#zeros = 0
    this.#total = 0
    this.#counts.fill(0)
  }

  /** The value below which the share `q` (0 to 1) of the values lie, off by at most 1.1 %; undefined when empty. */
  quantile(q: number): number | undefined {
    if (this.#total === 0) return undefined
    const rank = Math.max(1, Math.ceil(Math.min(1, Math.max(0, q)) * this.#total))
    let seen = this.#zeros
    if (rank <= seen) return 0
    for (const [place, count] of this.#counts.entries()) {
      seen += count
      if (rank <= seen) return middleOf(this.#first + place)
    }
    return middleOf(this.#first + this.#counts.length - 1)
  }

  /** How many values lie in each bucket that is not empty, lowest first; bucket {@link NEAR_ZERO} holds those up to 1 µs. */
  *buckets(): Generator<readonly [bucket: number, count: number]> {
    if (this.#zeros > 0) yield [NEAR_ZERO, this.#zeros]
    for (const [place, count] of this.#counts.entries()) if (count > 0) yield [this.#first + place, count]
  }

  /**
   * Takes in `count` values of one bucket.
   *
   * @throws {RangeError} when there is no such bucket.
   */
  addBucket(bucket: number, count: number): void {
    if (!Number.isInteger(bucket) || bucket < NEAR_ZERO || bucket > HIGHEST)
      throw new RangeError(`There is no bucket ${bucket}.`)
    this.#addTo(bucket, count)
  }

  #addTo(bucket: number, count: number): void {
    this.#total += count
    if (bucket === NEAR_ZERO) {
      this.#zeros += count
      return
    }
    // A little room around, so that neighbouring values do not each copy the array.
    if (!this.#holds(bucket)) this.#reach(bucket - ROOM, bucket + ROOM + 1)
    const place = bucket - this.#first
    this.#counts[place] = (this.#counts[place] ?? 0) + count
  }

  #holds(bucket: number): boolean {
    return bucket >= this.#first && bucket < this.#first + this.#counts.length
  }

  /** Makes place for the buckets from `first` up to, not including, `end`. */
  #reach(first: number, end: number): void {
    const empty = this.#counts.length === 0
    const lowest = empty ? first : Math.min(first, this.#first)
    const counts = new Uint32Array((empty ? end : Math.max(end, this.#first + this.#counts.length)) - lowest)
    counts.set(this.#counts, empty ? 0 : this.#first - lowest)
    this.#counts = counts
    this.#first = lowest
  }
}

const PER_DOUBLING = 32
const GAMMA = 2 ** (1 / PER_DOUBLING)
const ZERO_MS = 0.001
/** A day: nothing that is waited for takes longer. */
const MAX_MS = 86_400_000
/** The bucket of the values too small to matter; all others lie above it. */
export const NEAR_ZERO: number = bucketOf(ZERO_MS) - 1
const HIGHEST = bucketOf(MAX_MS)
// 15 counts of 4 bytes: V8 keeps arrays of up to 64 bytes on its own heap, and larger ones cost several hundred more.
const ROOM = 7

function bucketOf(ms: number): number {
  return Math.ceil(Math.log2(ms) * PER_DOUBLING) - 1
}

/** The value whose relative distance to both ends of the bucket is the same, (γ − 1) / (γ + 1) = 1.08 %. */
function middleOf(bucket: number): number {
  return (2 * GAMMA ** (bucket + 1)) / (GAMMA + 1)
}
