import type { Impact } from './policy.ts'
import { redact } from './redact.ts'
import type { CheckReport } from './report.ts'
import type { Result } from './result.ts'

/** Parts of parts that are kept; what lies deeper is left out. */
const MAX_DEPTH = 4
const NUMBERS = ['since', 'checkedAt', 'durationMs', 'consecutiveFailures'] as const
const TEXTS = ['kind', 'reason', 'runbook'] as const
const IMPACTS: readonly unknown[] = ['fails', 'degrades', 'informs'] satisfies Impact[]

/**
 * Copies the parts that a check says it has, each with `toResult`, so that a part is held to what a check is held to.
 * Ages are left out: they would stand still.
 */
export function readParts(
  parts: Readonly<Record<string, unknown>>,
  toResult: (answer: unknown) => Result,
  depth = 1,
): Record<string, CheckReport> {
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [redact(name), readPart(part, toResult, depth)] as const),
  )
}

function readPart(part: unknown, toResult: (answer: unknown) => Result, depth: number): CheckReport {
  if (!isObject(part)) return toResult(part)
  const { checks, ...own } = part
  return {
    ...toResult(own),
    ...pick(own, NUMBERS, (value) => (Number.isFinite(value) ? value : undefined)),
    ...pick(own, TEXTS, (value) => (typeof value === 'string' ? redact(value) : undefined)),
    ...pick(own, ['impact'], (value) => (IMPACTS.includes(value) ? value : undefined)),
    ...(isObject(checks) && depth < MAX_DEPTH ? { checks: readParts(checks, toResult, depth + 1) } : {}),
  }
}

function pick(
  fields: Readonly<Record<string, unknown>>,
  names: readonly string[],
  read: (value: unknown) => unknown,
): Readonly<Record<string, unknown>> {
  const found = names.map((name) => [name, read(fields[name])] as const)
  return Object.fromEntries(found.filter(([, value]) => value !== undefined))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
