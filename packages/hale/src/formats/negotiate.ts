import type { WritableFormat } from './format.ts'
import { haleFormat } from './hale.ts'
import { WRITABLE_FORMATS } from './index.ts'

/**
 * Picks the format to answer with from an `Accept` header (RFC 9110, 12.5.1). Hale's own unless another is preferred by
 * name; a client that accepts nothing we write gets Hale's own too, for a health answer must not turn into a 406.
 */
export function negotiateFormat(accept: string | null | undefined): WritableFormat {
  if (accept === null || accept === undefined || accept === '*/*') return haleFormat
  let best = { format: haleFormat, quality: 0 }
  for (const part of accept.slice(0, MAX_ACCEPT).split(',')) {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
    const format = WRITABLE_FORMATS.find(({ contentTypes }) => contentTypes.includes(type)) ?? byRange(type)
    const quality = qualityOf(parameters)
    if (format !== undefined && quality > best.quality) best = { format, quality }
  }
  return best.format
}

const MAX_ACCEPT = 1_000

function byRange(type: string): WritableFormat | undefined {
  return type === '*/*' || type === 'application/*' ? haleFormat : undefined
}

function qualityOf(parameters: readonly string[]): number {
  const q = parameters.find((parameter) => parameter.startsWith('q='))
  const quality = q === undefined ? 1 : Number(q.slice(2))
  return quality >= 0 && quality <= 1 ? quality : 0
}
