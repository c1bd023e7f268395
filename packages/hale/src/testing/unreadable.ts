import type { Result } from '../core/result.ts'

/** What a message is at most. Characters. */
const LONGEST = 250

/** What a message must not hold, and what it is. */
const WRONG: readonly (readonly [RegExp, string])[] = [
  [/[\p{Cc}\u2028\u2029]/u, 'it holds a line break or a control character'],
  [/^\s|\s$| {2}/, 'it holds spaces that say nothing'],
  [/\b(?:undefined|NaN)\b|\[object /, 'it shows a value that is none'],
  [/ at \S+ \(?(?:file:|node:|\/)\S+:\d+:\d+/, 'it shows a stack'],
  [/\.\.|\.;|\. *,/, 'it ends a sentence twice'],
  [/:\/\/[^\s/@]*:(?!\*)[^\s/@]*@/, 'it shows an address with a password'],
]

/**
 * What a person could not read, or should not see, in the message of a result that is not healthy: it must be sentences in one
 * line. Undefined when nothing is wrong.
 */
export function unreadable({ message = '', status }: Result): string | undefined {
  if (message === '') return status === 'healthy' ? undefined : 'there is no message'
  const wrong = WRONG.find(([pattern]) => pattern.test(message))
  if (wrong !== undefined) return wrong[1]
  if (message.length > LONGEST) return `it has ${message.length} characters, more than ${LONGEST}`
  if (!/^[\p{L}\p{N}"'_/[*<(]/u.test(message)) return 'it does not begin with a word'
  return /[.?!]$/.test(message) ? undefined : 'it does not end as a sentence'
}
