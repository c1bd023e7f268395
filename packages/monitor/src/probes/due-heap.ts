/** What falls due at some instant. */
export interface Due {
  /** Monotonic milliseconds. Must not change while it is in a heap. */
  readonly dueAt: number
}

/** A binary heap: the earliest is at hand, taking and adding cost O(log n). */
export class DueHeap<T extends Due> {
  readonly #items: T[] = []

  get size(): number {
    return this.#items.length
  }

  /** The earliest, left where it is. */
  peek(): T | undefined {
    return this.#items[0]
  }

  push(item: T): void {
    const items = this.#items
    let at = items.length
    items.push(item)
    while (at > 0) {
      const up = (at - 1) >> 1
      const parent = items[up] as T
      if (parent.dueAt <= item.dueAt) break
      items[at] = parent
      at = up
    }
    items[at] = item
  }

  /** Takes the earliest out. */
  pop(): T | undefined {
    const items = this.#items
    const first = items[0]
    const last = items.pop()
    if (first === undefined || last === undefined || items.length === 0) return first
    let at = 0
    for (;;) {
      let down = 2 * at + 1
      const [left, right] = [items[down], items[down + 1]]
      if (left === undefined) break
      if (right !== undefined && right.dueAt < left.dueAt) down++
      const child = items[down] as T
      if (last.dueAt <= child.dueAt) break
      items[at] = child
      at = down
    }
    items[at] = last
    return first
  }
}
