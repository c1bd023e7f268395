import type { Code } from '../../core/codes.ts'
import type { Impact } from '../../core/policy.ts'
import type { Observed } from '../../core/result.ts'
import type { Said } from './status-words.ts'
import { toPlain } from '../plain.ts'

/** An object out of somebody else's document: nothing about it is certain. */
export type Fields = Readonly<Record<string, unknown>>

/** The value if it is an object and not an array. */
export function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
}

const MAX_TEXT = 1_000
const MAX_NAME = 200
const MAX_LIST = 50
// Control characters, and those that turn the direction of writing or cannot be seen: they would let a text pass for another.
const UNSAFE = /[\p{Cc}\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF]+/gu
// Nearly every text; for these the rest would cost ten times as much.
const PRINTABLE_ASCII = /^[\x20-\x7E]*$/

/** Text made safe to show on one line (S4): no control characters, no broken surrogates, bounded. */
export function cleanText(text: string, max: number = MAX_TEXT): string {
  if (text.length <= max && PRINTABLE_ASCII.test(text)) return text.trim()
  const clean = text
    .slice(0, max * 2)
    .replace(UNSAFE, ' ')
    .toWellFormed()
    .trim()
  return clean.length <= max ? clean : `${clean.slice(0, max - 1).toWellFormed()}…`
}

/** The first of the values that is text with something in it, cleaned. */
export function firstText(...values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const text = typeof value === 'string' ? cleanText(value) : ''
    if (text !== '') return text
  }
  return undefined
}

/** A name made safe; `unnamed` when nothing is left of it. */
export function cleanName(name: unknown): string {
  const text = typeof name === 'string' || typeof name === 'number' ? cleanText(String(name), MAX_NAME) : ''
  return text === '' ? 'unnamed' : text
}

/** A code of the form that codes have; anything else is not one. */
export function asCode(value: unknown): Code | undefined {
  return typeof value === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(value) ? value : undefined
}

export function asImpact(value: unknown): Impact | undefined {
  return value === 'fails' || value === 'degrades' || value === 'informs' ? value : undefined
}

/** A finite number that is not negative. */
export function asAmount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined
}

/** Something measured: a plain value with its unit. */
export function asObserved(value: unknown, unit: unknown): Observed | undefined {
  const clean = typeof value === 'string' ? cleanText(value) : value
  if (typeof clean !== 'string' && typeof clean !== 'number' && typeof clean !== 'boolean') return undefined
  return defined<Observed>({ value: clean, unit: typeof unit === 'string' ? cleanText(unit, MAX_NAME) : undefined })
}

/** A list of texts, bounded. */
export function asTexts(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value
    .slice(0, MAX_LIST)
    .filter((item) => typeof item === 'string')
    .map((item) => cleanText(item, MAX_NAME))
}

/** Free data, bounded and cleaned; undefined when there is none. */
export function asData(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const fields = asFields(value)
  const data = fields && toPlain(fields, cleanText)
  return data !== undefined && Object.keys(data).length > 0 ? data : undefined
}

/** An `http(s)` address, which a page may make a link of. */
export function asLink(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= MAX_TEXT && /^https?:\/\/[^\s\p{Cc}]+$/u.test(value)
    ? value
    : undefined
}

/** What the word says with what else the document says of it; the document's own code and message go before the word's. */
export function say(said: Said, code: Code | undefined, message: string | undefined): Said {
  return defined<Said>({ status: said.status, code: code ?? said.code, message: message ?? said.message })
}

/** The same fields, each of which may be undefined. */
export type Maybe<T> = { readonly [Key in keyof T]: T[Key] | undefined }

/** The object without its undefined fields. Its keys are our own, so an assignment is safe. */
export function defined<T extends object>(fields: Maybe<T>): T {
  const kept: Partial<T> = {}
  for (const key of Object.keys(fields) as (keyof T)[]) {
    if (fields[key] !== undefined) kept[key] = fields[key]
  }
  return kept as T
}
