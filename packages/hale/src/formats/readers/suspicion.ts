import { severity, type Status } from '../../core/status.ts'
import { statusOfWord } from './status-words.ts'

const SEARCHED = 65_536
const SAYING = /\b(?:status|state|health)["']?\s*[:=]\s*["']?([a-z_]{2,20})\b/gi

/**
 * The first bad word that a text which is no document says under `status`, `state` or `health`: `{'status': 'unhealthy'}`, as
 * Python prints a dictionary, `status: DOWN`, or the beginning of a document that was torn off. Markup is not searched.
 */
export function suspect(text: string): { readonly status: Status; readonly word: string } | undefined {
  if (text.startsWith('<')) return undefined
  for (const [, word = ''] of text.slice(0, SEARCHED).matchAll(SAYING)) {
    const status = statusOfWord(word)
    if (status !== undefined && severity(status) > 0) return { status, word }
  }
  return undefined
}
