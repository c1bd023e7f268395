import { redact } from 'hale'
import { isSecretName, REDACTED } from 'hale/core/redact'

/** Names whose values may be secrets, whatever they look like: when in doubt it is one. */
const TELLING = /key|token|secret|pass|auth|credential|cookie|signature/i
/** Mappings of which every value may be one. */
const HOLDS_SECRETS = /^(?:headers|answerHeaders|metadata)$/
/** A key with its colon: what stands before it, its name, and where its value begins. */
const KEY = /(?<=^|[\s{[,]|- )(["']?)([\w.-]+)\1[ \t]*:(?:[ \t]+|(?=["'[{])|$)/g

/**
 * A line of a file as it may be shown (E10): secrets are hidden by the name that they stand under, in this line or above
 * it, and by their shape. The file need not be good YAML.
 */
export function safeLine(lines: readonly string[], index: number): string {
  const line = lines[index] ?? ''
  const above = parentsOf(lines, index)
  const indent = /^[\s-]*/.exec(line)?.[0] ?? ''
  // The value of a key that has a line of its own, after a `?`.
  if (/^\s*: /.test(line)) return `${indent}: ${REDACTED}`
  if (above.some(({ isText, name }) => isText && isSecret(name))) return `${indent}${REDACTED}`
  const [parent] = above
  const hidden = hideValues(line, parent !== undefined && HOLDS_SECRETS.test(parent.name))
  const hasOwnName = line.search(KEY) >= 0
  if (!hasOwnName && parent !== undefined && isSecret(parent.name) && !/^\s*[\]}]*\s*,?\s*$/.test(line)) {
    return `${indent}${REDACTED}`
  }
  return redact(hidden)
}

function isSecret(name: string): boolean {
  return isSecretName(name) || TELLING.test(name) || HOLDS_SECRETS.test(name)
}

/** Hides what stands behind telling names. */
function hideValues(line: string, all: boolean): string {
  let shown = ''
  let at = 0
  for (const match of line.matchAll(KEY)) {
    if (match.index < at || !(all || isSecret(match[2] ?? ''))) continue
    const begin = match.index + match[0].length
    const end = endOfValue(line, begin)
    if (end === begin) continue
    shown += line.slice(at, begin) + REDACTED
    at = end
  }
  return shown + line.slice(at)
}

/** Where the value ends that begins here: at its bracket or quote, before the next key, or before what closes the line. */
function endOfValue(line: string, begin: number): number {
  const rest = line.slice(begin)
  if (/^(?:[|>][+-]?\d?|#.*)?\s*$/.test(rest)) return begin
  if (rest.startsWith('[') || rest.startsWith('{')) return begin + lengthOfBracket(rest)
  const quoted = /^"(?:[^"\\]|\\.)*"|^'(?:[^']|'')*'/.exec(rest)?.[0]
  if (quoted !== undefined && /^\s*(?:[,\]}#]|$)/.test(rest.slice(quoted.length))) return begin + quoted.length
  const next = /,\s*["']?[\w.-]+["']?\s*:\s|\s*[\]}]+\s*,?\s*(?:#.*)?$/.exec(rest)
  return begin + (next?.index ?? rest.length)
}

/** As far as the bracket that closes the first one; all of it when none does. */
function lengthOfBracket(text: string): number {
  let depth = 0
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|'[^']*'|[[\]{}]/g)) {
    if (token === '[' || token === '{') depth += 1
    else if (token === ']' || token === '}') depth -= 1
    if (depth === 0) return index + token.length
  }
  return text.length
}

interface Parent {
  readonly name: string
  /** Whether what is below it is one text: a block after `|` or `>`, or a quote or plain text over several lines. */
  readonly isText: boolean
}

/** The keys that a line stands below, from the inside out. */
function parentsOf(lines: readonly string[], index: number): readonly Parent[] {
  const parents: Parent[] = []
  let depth = depthOf(lines[index] ?? '')
  for (let above = index - 1; above >= 0 && depth > 0; above--) {
    const line = lines[above] ?? ''
    const keys = [...line.matchAll(KEY)]
    const [first, last] = [keys[0], keys.at(-1)]
    if (first === undefined || last === undefined || line.trimStart().startsWith('#') || first.index >= depth) continue
    depth = depthOf(line)
    const value = line.slice(last.index + last[0].length).trim()
    parents.push({ name: last[2] ?? '', isText: value !== '' && !/^(?:[[{#&]|!\S+$)/.test(value) })
  }
  return parents
}

/** How far a line is indented; an item of a list stands below the key that it is level with. */
function depthOf(line: string): number {
  const [, spaces = '', dash = ''] = /^([ \t]*)(- )?/.exec(line) ?? []
  return spaces.length + (dash === '' ? 0 : 0.5)
}
