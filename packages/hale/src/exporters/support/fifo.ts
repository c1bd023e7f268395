/** Above this many places left empty in front, and more than half of all, what follows is moved up. */
const MANY = 1_024

/** First in, first out, with a way back to the front. To push and to take cost the same on average, whatever its length. */
export class Fifo<T> {
  #items: (T | undefined)[] = []
  #head = 0

  get length(): number {
    return this.#items.length - this.#head
  }

  push(item: T): void {
    this.#items.push(item)
  }

  /** Takes the oldest off, `count` at most. */
  take(count: number): T[] {
    const end = Math.min(this.#items.length, this.#head + count)
    // Between head and end there is no empty place.
    const taken = this.#items.slice(this.#head, end) as T[]
    // Emptied, not only passed over: nothing keeps what was taken alive.
    this.#items.fill(undefined, this.#head, end)
    this.#head = end
    if (this.#head > MANY && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return taken
  }

  /** Puts what was taken back where it was, before all others, which are moved. */
  putBack(taken: readonly T[]): void {
    this.#items = [...taken, ...this.#items.slice(this.#head)]
    this.#head = 0
  }
}
