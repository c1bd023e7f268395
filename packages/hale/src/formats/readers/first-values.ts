import { MAX_CHECKS } from '../budget.ts'

/** Most values that are read of one document: fifty for each check of the most that are (S9). */
export const MAX_VALUES = 50_000

/** What is looked at of a document. */
export interface FirstValues {
  readonly json: unknown
  /** True when there is more. */
  readonly isCut: boolean
}

/**
 * Of a document of hundreds of thousands of values, those that are looked at: what lies further out before what lies
 * further in, and of what has more parts than are read as checks no more of them. Each reader walks through all there
 * is, which held the event loop for seconds.
 */
export function firstValues(json: unknown): FirstValues {
  let left = MAX_VALUES
  let isCut = false
  const root = emptyLike(json)
  if (root === undefined) return { json, isCut }
  const open: [from: object, to: Container][] = [[json as object, root]]
  for (const [from, to] of open) {
    let parts = MAX_CHECKS + 1
    for (const key in from) {
      const value = (from as Container)[key]
      const part = emptyLike(value)
      if (left <= 0 || (part !== undefined && parts-- <= 0)) {
        isCut = true
        if (left <= 0) break
        continue
      }
      left--
      if (part !== undefined) open.push([value as object, part])
      put(to, key, part ?? value)
    }
  }
  return isCut ? { json: root, isCut } : { json, isCut }
}

type Container = Record<string, unknown>

/** Something empty of the same kind; undefined for what has no parts. */
function emptyLike(value: unknown): Container | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return Array.isArray(value) ? ([] as unknown as Container) : {}
}

function put(to: Container, key: string, value: unknown): void {
  if (Array.isArray(to)) to.push(value)
  // An assignment would call the setter.
  else if (key === '__proto__') Object.defineProperty(to, key, { value, enumerable: true })
  else to[key] = value
}
