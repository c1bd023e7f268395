import type { Format, LazyFormat } from './format.ts'

/** The formats of one handler; the first is the default. */
export type Formats = readonly [Format | LazyFormat, ...(Format | LazyFormat)[]]

/**
 * Picks the format to answer with from an `Accept` header (RFC 9110, 12.5.1): the one with the highest quality, of equals
 * one that is called by name, of these the one that the client names first (Spring Boot Admin takes `application/json` too,
 * but names Spring's own before it), else the first of the list. A client that accepts none of them gets the first too, for a health
 * answer must not turn into a 406.
 */
export function negotiateFormat(accept: string | null | undefined, formats: Formats): Format | LazyFormat {
  let [best] = formats
  if (accept === null || accept === undefined || accept === '*/*' || formats.length === 1) return best
  const parts = accept.slice(0, MAX_ACCEPT).toLowerCase().split(',')
  let highest = 0
  for (const format of formats) {
    const rank = rankOf(format, parts)
    if (rank > highest) [best, highest] = [format, rank]
  }
  return best
}

const MAX_ACCEPT = 1_000

/**
 * By quality first, then by how closely the client called it, then by where; 0 when it does not want it. The closest range is the one that
 * counts: `text/html;q=0, text/*` does not accept HTML.
 */
function rankOf({ contentTypes }: Pick<Format, 'contentTypes'>, parts: readonly string[]): number {
  let closest = 0
  let quality = 0
  let place = 0
  for (const [index, part] of parts.entries()) {
    const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim())
    const closeness = Math.max(...contentTypes.map((type) => closenessOf(type, range)))
    if (closeness <= closest) continue
    closest = closeness
    place = index
    const q = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1)
    quality = q > 0 && q <= 1 ? q : 0
  }
  return quality && quality * 1e7 + closest * 1_000 - place
}

/** 3 by name, 2 by a range such as `text/*`, 1 because anything will do, 0 not at all. */
function closenessOf(type: string, range: string): number {
  if (type === range) return 3
  if (range === '*/*') return 1
  return range.endsWith('/*') && type.startsWith(range.slice(0, -1)) ? 2 : 0
}
