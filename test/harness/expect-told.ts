import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Check } from '../../packages/hale/src/core/check.ts'
import type { Result } from '../../packages/hale/src/core/result.ts'
import { unreadable } from '../../packages/hale/src/testing/unreadable.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const KINDS: ReadonlySet<string> = new Set(
  globSync('packages/hale/src/checks/*.ts', { cwd: root })
    .filter((path) => !path.includes('.test'))
    .map((path) => path.replace(/^.*\/|\.ts$/g, '')),
)

/** These give codes of others as well. */
const PASS_ON: ReadonlySet<string> = new Set(['child', 'health'])

/** A length of time, a share or bytes with more than three digits. */
const TOO_EXACT = /\b(?:\d{4,}|\d{3,}\.\d|\d{2,}\.\d{2,}|\d\.\d{3,}) (?:ms|s|%|[KMGTPE]?B|bytes)(?!\w)/

/** `docs/check-reference.md` by its titles. */
const sections = new Map(
  readFileSync(`${root}docs/check-reference.md`, 'utf8')
    .split(/^#{2,3} /m)
    .map((part) => [part.slice(0, part.indexOf('\n')), part] as const),
)

/**
 * Throws when what a check of Hale's found could not be read in the night, or has a code that its reference does not list. What
 * is wrong is said in one sentence, and what to try in another. Every test that asks a check by `asker` comes by here.
 */
export function expectTold({ kind }: Pick<Check, 'kind'>, result: Result): void {
  if (!KINDS.has(kind)) return
  const { code, message = '', status } = result
  const isWrong = status !== 'healthy' && status !== 'maintenance' && status !== 'skipped'
  const why =
    unreadable(result) ??
    (TOO_EXACT.test(message) ? 'it has more digits than anybody reads' : undefined) ??
    (isWrong && !/[.?)] [^a-z]/.test(message) ? 'it does not say what to try' : undefined) ??
    (code !== undefined && !PASS_ON.has(kind) && !codesOf(kind).has(code)
      ? 'the reference does not list its code'
      : undefined)
  if (why !== undefined) throw new Error(`What ${kind} says cannot be used, ${why}: ${JSON.stringify(result)}`)
}

/** The codes that the reference lists for a check. */
function codesOf(kind: string): ReadonlySet<string> {
  const [, own = ''] = /^- \*\*Codes\*\* (.*)$/m.exec(sections.get(kind) ?? '') ?? []
  const others = [sections.get('Of any check'), own.includes('(#of-errors)') ? sections.get('Of errors') : undefined]
  const shared = others.flatMap((section = '') => [...section.matchAll(/^\| `([A-Z_]+)`/gm)])
  return new Set([...own.matchAll(/`([A-Z_]+)`/g), ...shared].map(([, code = '']) => code))
}
