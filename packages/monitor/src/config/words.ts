import type { z } from 'zod'

type Issue = z.core.$ZodIssue

/** How a file's reader calls what a schema wants. */
const WANTED: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
}

/** Says what does not fit about a value, in the words of somebody who writes YAML. A schema's own words are kept. */
export function wordsOf(issue: Issue): string {
  const { input } = issue
  if (issue.code === 'invalid_union' && hasNoWords(issue)) {
    const first = issue.errors[0]?.[0]
    return first === undefined ? 'does not fit here' : wordsOf(first)
  }
  if (input === undefined) return 'is missing'
  if (!hasNoWords(issue)) return issue.message
  if (input === null) return 'has no value'
  switch (issue.code) {
    case 'invalid_type':
      return `is ${given(input)}, not ${WANTED[issue.expected] ?? issue.expected}${hint(issue.expected, input)}`
    case 'too_small':
      if (issue.origin === 'string' || issue.origin === 'array') return 'must not be empty'
      return `must be ${issue.inclusive === false ? 'above' : 'at least'} ${issue.minimum}`
    case 'too_big':
      if (issue.origin === 'string') return `is longer than ${issue.maximum} characters`
      if (issue.origin === 'array') return `has more than ${issue.maximum} entries`
      return `must be ${issue.inclusive === false ? 'below' : 'at most'} ${issue.maximum}`
    default:
      return issue.message
        .replace(/^Invalid input: /, '')
        .replace(/^Invalid input$/, 'does not fit here')
        .replace(/^Invalid /, 'is no ')
  }
}

/** Whether the message is the schema library's, not the schema's own. */
export function hasNoWords({ message }: Issue): boolean {
  return /^(?:Invalid input|Invalid option|Too small|Too big)\b/.test(message)
}

function given(input: unknown): string {
  if (typeof input === 'boolean') return String(input)
  if (typeof input === 'number') return Number.isInteger(input) ? 'a number' : 'a number with a fraction'
  if (typeof input === 'string') return input === '' ? 'empty text' : 'text'
  return Array.isArray(input) ? 'a list' : 'a mapping'
}

function hint(expected: string, input: unknown): string {
  if (expected === 'string' && typeof input !== 'object') return '; put it between quotes'
  const isNumber = expected === 'number' || expected === 'int'
  if (isNumber && typeof input === 'string' && /^-?\d+(?:\.\d+)?$/.test(input)) return '; write it without quotes'
  if (expected === 'boolean' && typeof input === 'string' && /^(?:yes|no|on|off)$/i.test(input)) {
    return `; write ${/^(?:yes|on)$/i.test(input) ? 'true' : 'false'}`
  }
  if (expected === 'array' && typeof input !== 'object') return '; begin each of its lines with "- "'
  return ''
}
