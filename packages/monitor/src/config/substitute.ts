import { visit, type Document } from 'yaml'
import type { Environment } from './source.ts'

/** `$${` for a real `${`, or `${NAME}`, or `${NAME:-default}`; anything else that begins with `${` is a mistake. */
const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{[^}]*\}?/g

/**
 * Puts variables of the environment into every string of a document, in place. An unquoted scalar that becomes a number or
 * a truth value by it is one, so that `port: ${PORT}` works; between quotes it stays text.
 *
 * @returns what could not be replaced, with where it stands
 */
export function substituteScalars(document: Document, env: Environment): { offset: number; message: string }[] {
  const problems: { offset: number; message: string }[] = []
  visit(document, {
    Scalar(key, node) {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return
      const { text, missing } = substitute(node.value, env)
      const offset = node.range?.[0] ?? 0
      problems.push(...missing.map((message) => ({ offset, message })))
      node.value = node.type === 'PLAIN' ? toPlainValue(text) : text
    },
  })
  return problems
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
