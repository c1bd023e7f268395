import fc from 'fast-check'
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isStatus } from '../core/status.ts'
import { flattenChecks } from './flatten.ts'
import { readHealthDocument, type HealthDocument } from './read.ts'
import { READERS } from './readers/index.ts'

const folder = new URL('golden/', import.meta.url)
const texts = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'))
const documents = texts.filter((text) => /^(?:\{|\[\s*[[{])/.test(text)).map((text): unknown => JSON.parse(text))
const keys = [...new Set(documents.flatMap((document) => keysOf(document)))]
const options = { numRuns: 20_000, interruptAfterTimeLimit: 1_500 }

function keysOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const own = Array.isArray(value) ? [] : Object.keys(value)
  return [...own, ...Object.values(value).flatMap(keysOf)]
}

/** The document with its `n`th value, counted through, put through `change`. */
function changeAt(document: unknown, n: number, change: (value: unknown) => unknown): unknown {
  let left = n
  const copy = (value: unknown): unknown => {
    if (left-- === 0) return change(value)
    if (Array.isArray(value)) return value.map(copy)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item)]))
  }
  return copy(document)
}

const isWhole = ({ format, report }: HealthDocument): boolean =>
  isStatus(report.status) &&
  (format === undefined || READERS.some(({ name }) => name === format)) &&
  flattenChecks(report).every(({ name, check }) => name !== '' && isStatus(check.status))

describe('documents like those of real services', () => {
  const value = fc.oneof(
    fc.constantFrom<unknown>(null, true, false, 0, 2, -1, 1e300, '', 'OK', 'DOWN', 'weird', [], {}, [{}], [null], [[]]),
    fc.json({ maxDepth: 3 }).map((text): unknown => JSON.parse(text)),
    fc.constantFrom(...documents),
  )
  const key = fc.constantFrom(...keys)
  const where = fc.nat(60)

  it('S9: never throws on a golden document with other values in it, and an error code is never healthy', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...documents),
        where,
        where,
        key,
        value,
        fc.boolean(),
        (document, n, m, key, value, bad) => {
          const other = changeAt(document, n, () => value)
          const grown = changeAt(other, m, (at) =>
            typeof at === 'object' && at !== null && !Array.isArray(at) ? { ...at, [key]: value } : at,
          )
          const read = readHealthDocument({ status: bad ? 500 : 200, body: JSON.stringify(grown) })
          expect(isWhole(read)).toBe(true)
          expect(bad && read.report.status !== 'unhealthy').toBe(false)
        },
      ),
      options,
    )
  })

  it('S9: never throws on a golden document cut, doubled and written over', () => {
    const piece = fc.constantFrom(
      '[+]',
      '[-]',
      ' ok',
      ' failed: ',
      '\n',
      'healthz check ',
      'passed',
      '{',
      '"',
      ':',
      '\0',
    )
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(400), fc.nat(400), piece, (text, from, to, piece) => {
        const body = text.slice(0, from) + piece + text.slice(to)
        expect(isWhole(readHealthDocument({ status: 200, body }))).toBe(true)
      }),
      options,
    )
  })
})
