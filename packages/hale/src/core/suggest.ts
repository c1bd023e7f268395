const MAX_LENGTH = 60
const MAX_DISTANCE = 3
/** Of a part of a word: one that is shorter is near to too much. */
const LEAST_PART = 4

/**
 * The candidate that was probably meant: off by a letter or two, or off so little from a part of the word, as `status`
 * from `expectStaus`. Undefined when none is near.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > MAX_LENGTH) return undefined
  const names = [...candidates]
  const parts = word.split(/[-_.\s]|(?=[A-Z])/).filter((part) => part.length >= LEAST_PART)
  return [word, ...parts].map((each) => nearest(each, names)).find((found) => found !== undefined)
}

function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: { readonly candidate: string; readonly distance: number } | undefined
  for (const candidate of candidates) {
    const most = Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3))
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance <= Math.min(most, MAX_DISTANCE) && (best === undefined || distance < best.distance)) {
      best = { candidate, distance }
    }
  }
  return best?.candidate
}

/** Letters to insert, delete, replace or swap with their neighbour to turn one word into the other. */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = []
  let previous: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? Infinity) + 1 : Infinity
      const least = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + change, swapped)
      row.push(least)
    }
    before = previous
    previous = row
  }
  return previous[b.length] ?? 0
}
