import { z } from 'zod'
import { suggest } from 'hale/core/suggest'
import type { ConfigPath, Refuse } from './problem.ts'

type Issue = z.core.$ZodIssue

/** Checks a value against a schema and notes everything that does not fit, below `path`. */
export function validate(schema: z.ZodType, value: unknown, path: ConfigPath, refuse: Refuse): void {
  const parsed = schema.safeParse(value, { reportInput: true })
  if (parsed.success) return
  for (const issue of parsed.error.issues) report(issue, schema, path, refuse)
}

function report(issue: Issue, schema: z.ZodType, above: ConfigPath, refuse: Refuse): void {
  const inside = issue.path.filter((part) => typeof part !== 'symbol')
  const path = [...above, ...inside]
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(schema, inside)
      for (const key of issue.keys)
        refuse([...path, key], 'unknown key', { suggestion: suggest(key, known), at: 'key' })
      return
    }
    case 'invalid_key':
      refuse(path, issue.issues[0]?.message ?? issue.message, { at: 'key' })
      return
    case 'invalid_value': {
      const words = issue.values.map(String)
      const suggestion = typeof issue.input === 'string' ? suggest(issue.input, words) : undefined
      refuse(path, `must be one of ${words.join(', ')}`, { suggestion })
      return
    }
    case 'invalid_union': {
      // The branch that the value was meant for is the one whose kind of value it is.
      const meant = issue.errors.find((issues) => !issues.some(isAnotherKind)) ?? []
      // A union of plain values has words of its own; an object's fields are worth naming one by one.
      const ownWords = issue.message !== 'Invalid input'
      if (meant.length === 0 || (ownWords && meant.every(isAboutTheWhole))) refuse(path, messageOf(issue))
      else for (const each of meant) report({ ...each, path: [...issue.path, ...each.path] }, schema, above, refuse)
      return
    }
    default:
      refuse(path, messageOf(issue))
  }
}

function isAboutTheWhole(issue: Issue): boolean {
  return issue.path.length === 0 && issue.code !== 'unrecognized_keys'
}

function isAnotherKind(issue: Issue): boolean {
  return isAboutTheWhole(issue) && issue.code === 'invalid_type'
}

function messageOf(issue: Issue): string {
  const kind = issue.code === 'invalid_type' || issue.code === 'invalid_union'
  if (kind && issue.input === undefined) return 'is missing'
  return issue.message
    .replace(/^(?:Invalid input|Too small|Too big): /, '')
    .replace('Invalid input', 'does not fit here')
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
