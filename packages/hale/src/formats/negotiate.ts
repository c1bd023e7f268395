import type { Format } from './format.ts'

/** The formats of one handler; the first is the default. */
export type Formats = readonly [Format, ...Format[]]

/**
 * Picks the format to answer with from an `Accept` header (RFC 9110, 12.5.1). The first unless another is preferred by
 * name; a client that accepts none of them gets the first too, for a health answer must not turn into a 406.
 */
export function negotiateFormat(accept: string | null | undefined, formats: Formats): Format {
  const [first] = formats
  if (accept === null || accept === undefined || accept === '*/*' || formats.length === 1) return first
  let best = { format: first, quality: 0 }
  for (const part of accept.slice(0, MAX_ACCEPT).split(',')) {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
    const format = formats.find(({ contentTypes }) => contentTypes.includes(type) || isRangeOf(type, contentTypes))
    const quality = qualityOf(parameters)
    if (format !== undefined && quality > best.quality) best = { format, quality }
  }
  return best.format
}

const MAX_ACCEPT = 1_000

/** True for any type and for `text/*` where a type of the format is text. */
function isRangeOf(range: string, contentTypes: readonly string[]): boolean {
  if (range === '*/*') return true
  return range.endsWith('/*') && contentTypes.some((type) => type.startsWith(range.slice(0, -1)))
}

function qualityOf(parameters: readonly string[]): number {
  const q = parameters.find((parameter) => parameter.startsWith('q='))
  const quality = q === undefined ? 1 : Number(q.slice(2))
  return quality >= 0 && quality <= 1 ? quality : 0
}
