import { visit, type Document, type Scalar } from 'yaml'
import type { Environment } from './source.ts'

/** `$${` for a real `${`, or `${NAME}`, or `${NAME:-default}`; anything else that begins with `${` is a mistake. */
const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{[^}]*\}?/g

/** A string of a document with a reference that cannot be replaced, so that it stands there as it was written. */
export interface Unresolved {
  readonly node: Scalar
  readonly text: string
  readonly messages: readonly string[]
}

/**
 * Puts variables of the environment into every string of a document, in place. An unquoted scalar that becomes a number or
 * a truth value by it is one, so that `port: ${PORT}` works; between quotes it stays text.
 *
 * @returns what could not be replaced
 */
export function substituteScalars(document: Document, env: Environment): readonly Unresolved[] {
  const unresolved: Unresolved[] = []
  visit(document, {
    Scalar(key, node) {
      const { value } = node
      if (key === 'key' || typeof value !== 'string' || !value.includes('${')) return
      const { text, missing } = substitute(value, env)
      if (missing.length > 0) unresolved.push({ node, text: value, messages: missing })
      else node.value = node.type === 'PLAIN' ? toPlainValue(text) : text
    },
  })
  return unresolved
}

/** Replaces the references of one string. */
export function substitute(text: string, env: Environment): { text: string; missing: string[] } {
  const missing: string[] = []
  const replaced = text.replaceAll(REFERENCE, (whole, name?: string, fallback?: string) => {
    if (whole === '$${') return '${'
    if (name === undefined) {
      missing.push(`${whole} is not a variable; write \${NAME}, \${NAME:-default}, or $\${ for a real \${`)
      return ''
    }
    // As in a shell, `:-` goes for an empty variable too. Inherited properties are no variables.
    const value = Object.hasOwn(env, name) ? env[name] : undefined
    if (fallback !== undefined) return value === undefined || value === '' ? fallback : value
    if (value === undefined)
      missing.push(`the environment has no variable ${name}; set it, or write \${${name}:-default}`)
    return value ?? ''
  })
  return { text: replaced, missing }
}

function toPlainValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?$/.test(text) ? Number(text) : text
}
