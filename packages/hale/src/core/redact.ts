import { SECRET_NAME, SHAPES, WHOLE_LISTS } from './secret-shapes.ts'

/** What stands in the place of a secret. */
export const REDACTED = '***'

/** Longer text is cut before it is searched, so that redaction costs a bounded time (S9). Characters. */
const MAX_LENGTH = 16_384
/** Secrets that are looked for a second time, wherever else they stand in a text. */
const MAX_ECHOES = 16

/**
 * Takes secrets out of text by their shape, whatever they are called (E10), and leaves the rest readable.
 *
 * Known shapes: user and password in URLs and DSNs, `password=…` and its like, `Authorization`, cookies and bearer
 * values, query parameters, arguments of commands, parameters of queries, AWS and vendor-prefixed keys, JWTs, PEM blocks,
 * long tokens that look random. What was found in one place goes from the whole text.
 * When in doubt it redacts. Text beyond 16,384 characters is dropped.
 */
export function redact(text: string): string {
  const echoes = new Set<string>()
  let safe = text.length > MAX_LENGTH ? cut(text) : text
  for (const shape of SHAPES) {
    safe = safe.replace(shape, (match: string, before: unknown) => {
      // The first group is what stays in front; a shape without groups gives the offset here.
      const kept = typeof before === 'string' ? before : ''
      note(match.slice(kept.length), echoes)
      return kept + REDACTED
    })
  }
  for (const [list, item] of WHOLE_LISTS) {
    safe = safe.replace(list, (_, before: string, items: string) => before + items.replace(item, REDACTED))
  }
  for (const echo of echoes) safe = safe.replaceAll(echo, REDACTED)
  return safe.replace(TOKEN_RUN, hideTokens)
}

/** Keeps what a secret was, to find it again in the rest of the text, unless it may well be a word of another meaning. */
function note(found: string, echoes: Set<string>): void {
  const bare = found.replace(/^[\\*]*["'`*]/, '').replace(/\\*["'`]$/, '')
  for (const each of [bare, bare.slice(bare.indexOf(':') + 1), decode(bare)]) {
    const isTelling = /^[^\s*]{8,256}$/.test(each) && (each.length >= 12 || /[^A-Za-z]/.test(each))
    if (isTelling && echoes.size < MAX_ECHOES) echoes.add(each)
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

// Cut at white space: half a secret has lost the shape that it would be known by.
function cut(text: string): string {
  const head = text.slice(0, MAX_LENGTH)
  const end = head.search(/\s\S*$/)
  return `${end < 0 ? '' : head.slice(0, end)} … (cut)`
}

const SECRET_NAME_END = new RegExp(`(?:${SECRET_NAME}|authorization|cookie2?|^(?:pass|auth|key))$`, 'i')

/** True for the names that secrets are kept under: `password`, `DB_PASSWORD`, `x-api-key`, `clientSecret`, … */
export function isSecretName(name: string): boolean {
  return name.length <= 256 && SECRET_NAME_END.test(name)
}

const TOKEN_RUN = /(?<![\w+/=-])[\w+/-]{24,}={0,2}/g

/** A run as a whole first (base64 holds `/`), then its parts (a path may hold a token). */
function hideTokens(run: string): string {
  if (looksRandom(run)) return REDACTED
  return run.replace(/[\w+-]+={0,2}/g, (part) => (looksRandom(part) ? REDACTED : part))
}

/**
 * Random text changes between lower case, upper case and digits all the time: about every second character in base62.
 * Words, paths and identifiers seldom do. Parts of up to 12 lower-case characters are left: UUIDs, pods, host names.
 */
function looksRandom(run: string): boolean {
  if (run.length < 24) return false
  // Hexadecimal digits have been judged before, by what stands before them.
  if (run.split('-').every((part) => /^[0-9a-f]*$/.test(part) && (part.length <= 16 || part.length >= 32))) return false
  if (run.split(/[-/_+]/).every((part) => part.length <= 12 && !/[A-Z]/.test(part))) return false
  const changes = run.match(/(?<=[a-z])[A-Z0-9]|(?<=[A-Z])\d|(?<=\d)[A-Za-z]|(?<=[A-Z]{2})[a-z]/g)?.length ?? 0
  return changes >= run.replace(/[^0-9A-Za-z]/g, '').length * 0.2
}
