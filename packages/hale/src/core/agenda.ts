import type { Clock, Timer } from './clock.ts'

/** Something to be called whenever it falls due. */
export interface Item {
  /** Monotonic ms. Not to be changed by others than the agenda while it is on it. */
  due: number
  /** Its place on the agenda, which alone writes it; -1 when it is on none. */
  place: number
  /** When it is due after now, at which it falls due; undefined: never, and it is taken off. */
  dueAfter(now: number): number | undefined
  /** Called after that has been seen to. Must not throw. */
  fall(): void
}

/** Calls within one turn of the event loop; the rest waits for the next, so that many at once do not hold it up (E16). */
const MOST_IN_A_TURN = 256
/** No call is begun once a turn has taken so long. */
const LONGEST_TURN_MS = 1
const BEAT_MS = 4

/**
 * What falls due, and when: a binary heap over one timer of the clock. Ten thousand timers of their own would cost several
 * times the checks that they start.
 */
export class Agenda {
  readonly clock: Clock
  /** Each item falls due no later than those at twice its place plus 1 and 2. */
  readonly #heap: Item[] = []
  #timer: Timer | undefined
  #wakesAt = Infinity
  readonly #origin: number

  constructor(clock: Clock) {
    this.clock = clock
    this.#origin = clock.now()
  }

  /**
   * The last beat of the agenda up to `at`, one every 4 ms. To wake a process costs it more than to run a check: what begins
   * on a beat wakes it together with others, so that ten thousand do so 250 times a second and not a thousand times.
   */
  beatBefore(at: number): number {
    return at - ((at - this.#origin) % BEAT_MS)
  }

  /** Puts an item on that is on none. */
  put(item: Item): void {
    this.#rise(item, this.#heap.length)
    this.#wake()
  }

  /** Takes an item off; harmless when it is not on. */
  drop(item: Item): void {
    this.#remove(item)
    this.#wake()
  }

  readonly #turn = (): void => {
    this.#timer = undefined
    this.#wakesAt = Infinity
    const startedAt = this.clock.now()
    let now = startedAt
    for (let left = MOST_IN_A_TURN; left > 0 && now < startedAt + LONGEST_TURN_MS; left--) {
      const first = this.#heap[0]
      if (first === undefined || first.due > now) break
      this.#moveOn(first, now)
      first.fall()
      now = this.clock.now()
    }
    this.#wake()
  }

  /** Sees to the one timer: set for the first item, and none when there is none (E15). */
  #wake(): void {
    const due = this.#heap[0]?.due ?? Infinity
    if (due === this.#wakesAt) return
    this.#timer?.cancel()
    this.#wakesAt = due
    if (due === Infinity) this.#timer = undefined
    // Whole milliseconds, for Node cuts fractions off: it would wake too early, and once more.
    else this.#timer = this.clock.after(Math.max(0, Math.ceil(due - this.clock.now())), this.#turn)
  }

  /** The first: it sinks to its new place at once, which is half the work of taking it off and putting it on. */
  #moveOn(first: Item, now: number): void {
    const due = first.dueAfter(now)
    if (due === undefined) {
      this.#remove(first)
      return
    }
    first.due = due
    this.#sink(first, 0)
  }

  #remove(item: Item): void {
    const { place } = item
    if (place < 0) return
    item.place = -1
    const last = this.#heap.pop()
    if (last === undefined || last === item) return
    const parent = this.#heap[(place - 1) >> 1]
    if (place > 0 && parent !== undefined && last.due < parent.due) this.#rise(last, place)
    else this.#sink(last, place)
  }

  #rise(item: Item, from: number): void {
    let place = from
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = this.#heap[above]
      if (parent === undefined || parent.due <= item.due) break
      this.#set(place, parent)
      place = above
    }
    this.#set(place, item)
  }

  #sink(item: Item, from: number): void {
    let place = from
    for (;;) {
      let below = 2 * place + 1
      const [left, right] = [this.#heap[below], this.#heap[below + 1]]
      if (left === undefined) break
      const child = right !== undefined && right.due < left.due ? right : left
      if (child === right) below++
      if (child.due >= item.due) break
      this.#set(place, child)
      place = below
    }
    this.#set(place, item)
  }

  #set(place: number, item: Item): void {
    this.#heap[place] = item
    item.place = place
  }
}
