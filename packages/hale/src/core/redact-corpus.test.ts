import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CLOSE, OPEN, type CorpusEntry, type PlainEntry } from '../../test/corpus/corpus.ts'
import { resultFromError } from './error-codes.ts'
import { redact } from './redact.ts'

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../test/corpus/${name}`, import.meta.url), 'utf8'))

const corpus = (read('corpus.json') as readonly CorpusEntry[]).map((entry) => ({
  ...entry,
  raw: entry.text.replaceAll(OPEN, '').replaceAll(CLOSE, ''),
  secrets: [...new Set([...entry.text.matchAll(/⟦(.*?)⟧/gs)].map(([, secret = '']) => secret))],
}))
const plain = read('plain.json') as readonly PlainEntry[]

/** A plain word in the middle of a sentence has no shape: docs/access.md says so. With digits in it, it has. */
const BEYOND_SHAPE = new Set(['an echo into a login', 'a script whose words name the secret'])
const isBeyond = ({ secrets, what }: (typeof corpus)[number]): boolean =>
  BEYOND_SHAPE.has(what) && secrets.every((secret) => /^[a-z]+$/.test(secret))

/** What is given away where only known secrets were redacted: which texts, as readable lines. */
const leaksOf = (make: (raw: string) => string): readonly string[] =>
  corpus
    .filter((entry) => !isBeyond(entry) && entry.secrets.some((secret) => make(entry.raw).includes(secret)))
    .map(({ client, form, text, what }) => `${client}, ${what} (${form}): ${text.slice(0, 300)}`)

const differences = (texts: readonly string[]): Set<string> =>
  new Set(texts.map((text) => text.replaceAll(/⟦.*?⟧/gs, '').replaceAll(/\d{4,}/g, '0')))

describe('what real clients throw with a secret in hand', () => {
  it('is enough to prove something', () => {
    const messages = corpus.filter(({ form }) => form === 'message')
    expect(differences(messages.map(({ text }) => text)).size).toBeGreaterThanOrEqual(350)
    expect(new Set(messages.map(({ client }) => client)).size).toBeGreaterThanOrEqual(100)
    expect(corpus.filter(({ secrets }) => secrets.length === 0)).toEqual([])
    expect(corpus.filter(isBeyond).length).toBeLessThanOrEqual(6)
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

  it('leaves the rest readable: the first words, host, port, code and database', () => {
    const harmed = corpus.flatMap(({ client, raw, text, what }) => {
      const safe = redact(raw)
      const open = text.replaceAll(/-----BEGIN.*?END[^-]*-----|authorization: AWS4.*|⟦.*?⟧/gs, '')
      const [firstWords = ''] = /^[A-Za-z]+ [A-Za-z]+ /.exec(text) ?? []
      // Behind a secret and an @ stands a host, a port, and a database.
      const places = [...open.matchAll(/@(127\.0\.0\.1(?::\d+)?(?:\/shop)?)(?=["'\s]|$)/g)].map(
        ([, place = '']) => place,
      )
      const codes = open.match(/\b(?:E[A-Z]{5,}|ERR_[A-Z_]+|[A-Z]{2,}-\d{2,5})\b/g) ?? []
      const words = [firstWords, ...places, ...codes].filter((each) => !safe.includes(each))
      const lost = safe.length >= open.length * 0.4 ? words : [...words, 'more than half']
      return lost.map((each) => `${client}, ${what}: lost ${each}: ${text.slice(0, 300)} -> ${safe.slice(0, 300)}`)
    })
    expect(harmed).toEqual([])
  })
})

describe('what real clients throw with nothing to hide', () => {
  it('comes through as it is: 99 of 100', () => {
    const changed = plain.filter(({ text }) => redact(text) !== text).map(({ client, text }) => `${client}: ${text}`)
    expect(differences(plain.map(({ text }) => text)).size).toBeGreaterThanOrEqual(350)
    // A password after PASS, the arguments of a command and the parameters of a query: nobody can tell what they are.
    expect(changed.map((each) => each.slice(0, 30))).toEqual([
      'basic-ftp: 530 Login incorrect',
      "ioredis: ERR unknown command '",
      'drizzle-orm: Failed query: sel',
    ])
    expect(changed.length / plain.length).toBeLessThan(0.01)
  })
})
