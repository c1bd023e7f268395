import fc from 'fast-check'
import { readFileSync, readdirSync } from 'node:fs'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { WILD } from '../../test/documents/wild.ts'
import { isStatus } from '../core/status.ts'
import { flattenChecks } from './flatten.ts'
import { readHealthDocument, type HealthDocument } from './read.ts'

const folder = new URL('golden/', import.meta.url)
const golden = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'))
const wild = WILD.map(({ body }) => (typeof body === 'string' ? body : JSON.stringify(body)))
const documents = [...golden, ...wild]
const options = { numRuns: 20_000, interruptAfterTimeLimit: 1_500 }

const isWhole = ({ certainty, format, report }: HealthDocument): boolean =>
  isStatus(report.status) &&
  (certainty === 'none') === (format === undefined) &&
  flattenChecks(report).every(({ name, check }) => name !== '' && isStatus(check.status))

const swapped = (text: string): Uint8Array => Buffer.from(text, 'utf16le').swap16()
const ENCODINGS: Readonly<Record<string, (text: string) => Uint8Array>> = {
  'UTF-8': (text) => Buffer.from(text),
  'UTF-8 with a mark': (text) => Buffer.from(`\uFEFF${text}`),
  'UTF-16 with a mark': (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
  'UTF-16, the other way round, with a mark': (text) => swapped(`\uFEFF${text}`),
  'UTF-16': (text) => Buffer.from(text, 'utf16le'),
  'UTF-16, the other way round': swapped,
}

describe('bytes as they come', () => {
  it.each(Object.entries(ENCODINGS))('%s says what the text does', (_name, encode) => {
    for (const text of documents) {
      expect(readHealthDocument({ status: 200, body: encode(text) })).toEqual(
        readHealthDocument({ status: 200, body: text }),
      )
    }
  })

  it('what is compressed is no document, and the problem says so', () => {
    const body = gzipSync('{"status":"DOWN"}')
    const problem = 'The body is compressed, which nobody asked for.'
    expect(readHealthDocument({ status: 503, body })).toMatchObject({ problem, report: { status: 'unhealthy' } })
  })

  it('S9: never throws on a real document with bytes of it changed, in any encoding, compressed or not', () => {
    const packings = [gzipSync, deflateSync, brotliCompressSync]
    const change = fc.record({ at: fc.nat(), cut: fc.nat(3), put: fc.uint8Array({ maxLength: 4 }) })
    fc.assert(
      fc.property(
        fc.constantFrom(...documents),
        fc.constantFrom(...Object.values(ENCODINGS)),
        // Seldom compressed: of that nothing can be read.
        fc.nat(15),
        fc.array(change, { maxLength: 6 }),
        fc.constantFrom(200, 302, 404, 503),
        (text, encode, packing, changes, status) => {
          let bytes = Buffer.from(packings[packing]?.(encode(text)) ?? encode(text))
          for (const { at, cut, put } of changes) {
            const from = at % (bytes.length + 1)
            bytes = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + cut)])
          }
          const read = readHealthDocument({ status, body: bytes })
          expect(isWhole(read)).toBe(true)
          expect(status >= 400 && ['healthy', 'degraded', 'skipped'].includes(read.report.status)).toBe(false)
        },
      ),
      options,
    )
  })

  it('S9: never throws on tokens that JSON does not have, keys twice, and values around and inside of it', () => {
    const token = fc.constantFrom(
      'NaN',
      '-Infinity',
      '1e999',
      '"\\ud800"',
      '"__proto__"',
      '{"__proto__":{"status":"UP"},"status":"DOWN","status":"UP"}',
      '['.repeat(3_000) + ']'.repeat(3_000),
      '{"components":'.repeat(500) + '1' + '}'.repeat(500),
      "{'status':'DOWN'}",
      'undefined',
    )
    fc.assert(
      fc.property(fc.constantFrom(...documents), fc.nat(40), token, (text, n, put) => {
        // The nth value is another one.
        let left = n
        const body = text.replace(/:\s*(?:"[^"]*"|-?[\d.]+|true|false|null)/g, (found) =>
          left-- === 0 ? `:${put}` : found,
        )
        expect(isWhole(readHealthDocument({ status: 200, body }))).toBe(true)
      }),
      options,
    )
  })
})

describe('a failure that is told with 200 in what is no document', () => {
  it.each([
    ['Python’s NaN', '{"status": "unhealthy", "cpu": NaN, "limits": [-Infinity, "NaN \\" Infinity"]}', 'classic'],
    ['a dictionary of Python, printed', "{'status': 'unhealthy', 'database': None}", undefined],
    ['lines', 'version: 3\nstatus: DOWN\n', undefined],
    ['the beginning of a document', '{"status":"DOWN","checks":{"database":{"sta', undefined],
  ])('is not healthy: %s', (_what, body, format) => {
    expect(readHealthDocument({ status: 200, body })).toMatchObject({ format, report: { status: 'unhealthy' } })
  })

  it('is not made up: of a page, of words that are well, of values of other things', () => {
    for (const body of ['<p>status: down</p>', 'status: UP', "{'status': 'ok'}", 'upstate: down the river', 'pong']) {
      expect([body, readHealthDocument({ status: 200, body }).report.status]).toEqual([body, 'healthy'])
    }
  })
})
