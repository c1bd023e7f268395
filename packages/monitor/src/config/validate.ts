import { z } from 'zod'
import { suggest } from 'hale/core/suggest'
import type { ConfigPath, Refuse } from './problem.ts'
import { hasNoWords, wordsOf } from './words.ts'

type Issue = z.core.$ZodIssue

/** Checks a value against a schema and notes everything that does not fit, below `path`. */
export function validate(schema: z.ZodType, value: unknown, path: ConfigPath, refuse: Refuse): void {
  const parsed = schema.safeParse(value, { reportInput: true })
  if (parsed.success) return
  for (const issue of parsed.error.issues) report(withoutSpace(issue, value), schema, path, refuse)
}

/** `{type:disk}` is a key in YAML, and not a key and its value. */
function withoutSpace(issue: Issue, value: unknown): Issue {
  const key = String(issue.path.at(-1))
  const around = issue.path.slice(0, -1).reduce<unknown>((at, part) => Object(at)[part], value)
  const written = Object.keys(Object(around)).find((each) => each.startsWith(`${key}:`))
  if (issue.input !== undefined || written === undefined) return issue
  const message = `is missing; put a space after the ":" of "${written.slice(0, 40)}"`
  return { ...issue, code: 'custom', message, input: null }
}

function report(issue: Issue, schema: z.ZodType, above: ConfigPath, refuse: Refuse): void {
  const inside = issue.path.filter((part) => typeof part !== 'symbol')
  const path = [...above, ...inside]
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(schema, inside)
      for (const key of issue.keys) {
        const suggestion = suggest(key, known)
        const message = suggestion === undefined ? `unknown key; there are ${known.join(', ')}` : 'unknown key'
        refuse([...path, key], message, { suggestion, at: 'key' })
      }
      return
    }
    case 'invalid_key':
      refuse(path, issue.issues[0] === undefined ? issue.message : wordsOf(issue.issues[0]), { at: 'key' })
      return
    case 'invalid_value': {
      const words = issue.values.map(String)
      const suggestion = typeof issue.input === 'string' ? suggest(issue.input, words) : undefined
      if (issue.input === undefined) refuse(path, `is missing; it is one of ${words.join(', ')}`)
      else refuse(path, `must be one of ${words.join(', ')}`, { suggestion })
      return
    }
    case 'invalid_union': {
      // The branch that the value was meant for is the one whose kind of value it is.
      const meant = issue.errors.find((issues) => !issues.some(isAnotherKind)) ?? []
      // A union of plain values has words of its own; an object's fields are worth naming one by one.
      if (meant.length === 0 || (!hasNoWords(issue) && meant.every(isAboutTheWhole))) refuse(path, wordsOf(issue))
      else for (const each of meant) report({ ...each, path: [...issue.path, ...each.path] }, schema, above, refuse)
      return
    }
    default:
      refuse(path, wordsOf(issue))
  }
}

function isAboutTheWhole(issue: Issue): boolean {
  return issue.path.length === 0 && issue.code !== 'unrecognized_keys'
}

function isAnotherKind(issue: Issue): boolean {
  if (!isAboutTheWhole(issue)) return false
  if (issue.code === 'invalid_union') return issue.errors.every((issues) => issues.some(isAnotherKind))
  // A word is never one of a list's, and a list never a word.
  if (issue.code === 'invalid_value') return typeof issue.input === 'object'
  return issue.code === 'invalid_type'
}

/** The schemas that a path leads to: several, where it leads through a union. */
function schemasAt(schema: z.core.$ZodType, path: ConfigPath): z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return schemasAt(schema.unwrap(), path)
  const [head, ...rest] = path
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => schemasAt(option, path))
  if (head === undefined) return [schema]
  if (schema instanceof z.ZodArray) return schemasAt(schema.element, rest)
  const next: unknown = schema instanceof z.ZodObject ? schema.shape[head] : undefined
  return next instanceof z.ZodType ? schemasAt(next, rest) : []
}

function keysAt(schema: z.ZodType, path: ConfigPath): string[] {
  return schemasAt(schema, path).flatMap((each) => (each instanceof z.ZodObject ? Object.keys(each.shape) : []))
}
