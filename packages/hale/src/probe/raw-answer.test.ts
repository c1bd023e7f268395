import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readRawAnswer } from './raw-answer.ts'

const head = (...fields: readonly string[]): string =>
  `HTTP/1.1 200 OK\r\n${fields.map((f) => `${f}\r\n`).join('')}\r\n`
const bytes = (text: string): string => Buffer.from(text).toString('latin1')

describe('readRawAnswer', () => {
  it.each([
    ['a length', head('Content-Length:  7 '), 'grü✓…', true],
    ['chunks', head('Transfer-Encoding: gzip, chunked'), '3\r\nabc\r\n00A;x=1\r\n0123456789\r\n0\r\n\r\n', true],
    ['half a chunk', head('transfer-encoding: chunked'), '3\r\nabc\r\nA\r\n0123', false],
    ['chunks without an end', head('transfer-encoding: chunked'), '3\r\nabc\r\n', false],
    ['chunks that are none', head('transfer-encoding: chunked'), 'zz', false],
    ['too little', head('content-length: 70'), 'x', false],
    ['nothing said of it', head(), 'until the end', false],
  ])('%s', (_what, before, body, isWhole) => {
    expect(readRawAnswer(bytes(before + body), false)).toMatchObject({ status: 200, isWhole })
  })

  it('gives the body as text, of a length in bytes', () => {
    expect(readRawAnswer(bytes(`${head('content-length: 5')}grün and more`), false)).toMatchObject({ body: 'grün' })
    const chunked = `${head('transfer-encoding: chunked')}3\r\ngr\xC3\r\n2\r\n\xBCn\r\n0\r\n\r\n`
    expect(readRawAnswer(chunked, false)).toEqual({ status: 200, body: 'grün', isWhole: true })
    expect(readRawAnswer(`${head()}all`, true)).toEqual({ status: 200, body: 'all', isWhole: true })
  })

  it('passes over interim answers, and takes 204 for whole', () => {
    expect(readRawAnswer('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n', false)).toBeUndefined()
    const late = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 204 No Content\nserver: x\n\n'
    expect(readRawAnswer(late, false)).toEqual({ status: 204, body: '', isWhole: true })
  })

  it('tells what is not HTTP from what is not there yet', () => {
    expect(['', 'HTT', 'HTTP/1.1 200 OK\r\nserver'].map((text) => readRawAnswer(text, false))).toEqual(
      Array.from({ length: 3 }, () => undefined),
    )
    expect(readRawAnswer('SSH-2.0-OpenSSH_9.2\r\n', false)).toBe('foreign')
    expect(readRawAnswer('220', true)).toBe('foreign')
    expect(readRawAnswer('', true)).toBeUndefined()
  })

  it('S9: says the same however the bytes arrive, never before they are all there, and never throws', () => {
    const chunk = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 5 }), fc.string(), (parts, noise) => {
        const framed = parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('')
        const whole = `${head('transfer-encoding: chunked')}${framed}0\r\n`
        for (let length = 0; length < whole.length; length++) {
          const part = readRawAnswer(whole.slice(0, length), false)
          expect(typeof part === 'object' && part.isWhole).toBe(false)
        }
        expect(readRawAnswer(whole, false)).toEqual({ status: 200, body: parts.join(''), isWhole: true })
        readRawAnswer(noise, true)
        readRawAnswer(`${head('transfer-encoding: chunked')}${noise}`, true)
      }),
    )
  })
})
