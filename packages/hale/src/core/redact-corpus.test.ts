import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CLOSE, OPEN, type CorpusEntry } from '../../test/corpus/corpus.ts'
import { resultFromError } from './error-codes.ts'
import { redact } from './redact.ts'

const file = new URL('../../test/corpus/corpus.json', import.meta.url)
const corpus = (JSON.parse(readFileSync(file, 'utf8')) as readonly CorpusEntry[]).map((entry) => ({
  ...entry,
  raw: entry.text.replaceAll(OPEN, '').replaceAll(CLOSE, ''),
  secrets: [...new Set([...entry.text.matchAll(/⟦(.*?)⟧/gs)].map(([, secret = '']) => secret))],
}))

/** Entries in which a secret survives, as readable lines. */
const leaksOf = (make: (raw: string) => string): readonly string[] =>
  corpus
    .filter(({ raw, secrets }) => secrets.some((secret) => make(raw).includes(secret)))
    .map(({ client, form, text, what }) => `${client}, ${what} (${form}): ${text.slice(0, 300)}`)

describe('what real clients throw with a secret in hand', () => {
  it('is enough to prove something', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(200)
    expect(new Set(corpus.map(({ client }) => client)).size).toBeGreaterThanOrEqual(30)
    expect(new Set(corpus.map(({ text }) => text.replaceAll(/⟦.*?⟧/gs, '')))).toHaveProperty(
      'size',
      expect.toSatisfy((size: number) => size >= 100),
    )
    expect(corpus.filter(({ secrets }) => secrets.length === 0)).toEqual([])
  })

  it('E10: no secret survives redact', () => {
    expect(leaksOf(redact)).toEqual([])
  })

  it('E10: no secret survives in the result of the error, whatever carried it', () => {
    const carriers: readonly ((raw: string) => unknown)[] = [
      (raw) => new Error(raw),
      (raw) => new Error('the check failed', { cause: new Error(raw) }),
      (raw) => new AggregateError([new Error(raw)], raw),
      (raw) => Object.assign(new Error(raw), { code: '42P01', severity: 'ERROR' }),
      (raw) => raw,
    ]
    for (const carry of carriers) {
      expect(leaksOf((raw) => JSON.stringify(resultFromError(carry(raw))))).toEqual([])
    }
  })

  it('leaves the rest readable: the host, the first words, and most of what is no secret', () => {
    const harmed = corpus.flatMap(({ client, raw, text, what }) => {
      const safe = redact(raw)
      const open = text.replaceAll(/-----BEGIN.*?END[^-]*-----|⟦.*?⟧/gs, '')
      const [firstWords = ''] = /^[A-Za-z]+ [A-Za-z]+ /.exec(text) ?? []
      const hostIsOpen = /(?:^|[\s/@'"=])127\.0\.0\.1/.test(open)
      const lost = [
        ...(safe.startsWith(firstWords) ? [] : [firstWords]),
        ...(hostIsOpen && !safe.includes('127.0.0.1') ? ['127.0.0.1'] : []),
        ...(safe.length >= open.length * 0.4 ? [] : ['more than half']),
      ]
      return lost.map((each) => `${client}, ${what}: lost ${each}: ${text.slice(0, 300)} -> ${safe.slice(0, 300)}`)
    })
    expect(harmed).toEqual([])
  })
})
