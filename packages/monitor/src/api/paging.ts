/**
 * One page of a list that is sorted by time, youngest first, and paged by "older than". Items of one instant never
 * straddle a page, which would lose some: when many targets fail at once, many incidents open in the same millisecond.
 */
export async function pageByTime<T>(
  fetch: (limit: number) => Promise<readonly T[]>,
  timeOf: (item: T) => number,
  limit: number,
): Promise<{ readonly items: readonly T[]; readonly next: number | null }> {
  for (let wanted = limit; ; wanted *= 2) {
    const found = await fetch(wanted + 1)
    if (found.length <= wanted) return { items: found, next: null }
    const beyond = timeOf(found[wanted] as T)
    const items = found.filter((item) => timeOf(item) !== beyond)
    const last = items.at(-1)
    if (last !== undefined) return { items, next: timeOf(last) }
    // The whole page is of one instant: it has to be longer.
  }
}
