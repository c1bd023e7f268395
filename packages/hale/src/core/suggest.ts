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
  let best: string | undefined
  let least = MAX_DISTANCE + 1
  for (const candidate of candidates) {
    const most = Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3))
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance <= most && distance < least) [best, least] = [candidate, distance]
  }
  return best
}

/** Letters to insert, delete, replace or swap with their neighbour to turn one word into the other. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = []
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity
  for (let i = 0; i <= a.length; i++) {
    const row: number[] = (rows[i] = [])
    for (let j = 0; j <= b.length; j++) {
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] =
        i * j === 0
          ? i + j
          : Math.min(
              at(i - 1, j) + 1,
              at(i, j - 1) + 1,
              at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
              isSwapped ? at(i - 2, j - 2) + 1 : Infinity,
            )
    }
  }
  return at(a.length, b.length)
}
