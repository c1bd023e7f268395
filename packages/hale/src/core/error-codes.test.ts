import { connect } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CODES } from './codes.ts'
import { codeFromError, resultFromError } from './error-codes.ts'

const withCode = (code: string, more: object = {}) => Object.assign(new Error(`it failed: ${code}`), { code, ...more })

describe('codeFromError', () => {
  it.each([
    [withCode('ECONNREFUSED'), 'CONNECTION_REFUSED'],
    [withCode('ECONNRESET'), 'CONNECTION_RESET'],
    [withCode('EPIPE'), 'CONNECTION_RESET'],
    [withCode('ETIMEDOUT'), 'CONNECTION_TIMEOUT'],
    [withCode('EHOSTUNREACH'), 'HOST_UNREACHABLE'],
    [withCode('ENOTFOUND'), 'DNS_NOT_FOUND'],
    [withCode('EAI_AGAIN'), 'DNS_FAILED'],
    [withCode('CERT_HAS_EXPIRED'), 'TLS_EXPIRED'],
    [withCode('ERR_TLS_CERT_ALTNAME_INVALID'), 'TLS_NAME_MISMATCH'],
    [withCode('SELF_SIGNED_CERT_IN_CHAIN'), 'TLS_UNTRUSTED'],
    [withCode('ERR_SSL_WRONG_VERSION_NUMBER'), 'TLS_FAILED'],
    [withCode('HPE_INVALID_CONSTANT'), 'PROTOCOL_ERROR'],
    [withCode('ENOENT', { syscall: 'connect' }), 'CONNECTION_REFUSED'],
    [withCode('ENOENT', { syscall: 'open' }), 'CHECK_THREW'],
    [withCode('EACCES', { syscall: 'connect' }), 'CONNECTION_FAILED'],
    [withCode('EPERM', { syscall: 'connect' }), 'CONNECTION_FAILED'],
    [withCode('EINVAL', { syscall: 'connect' }), 'HOST_UNREACHABLE'],
    [withCode('EINVAL', { syscall: 'read' }), 'CHECK_THREW'],
    [withCode('28P01', { severity: 'FATAL' }), 'AUTH_FAILED'],
    [withCode('57P03', { severity: 'FATAL' }), 'NOT_READY'],
    [withCode('53300', { severity: 'FATAL' }), 'TOO_MANY_CONNECTIONS'],
    [withCode('57014', { severity: 'ERROR' }), 'TIMEOUT'],
    [withCode('42P01', { severity: 'ERROR' }), 'QUERY_FAILED'],
    [withCode('XX000', { severity: 'PANIC' }), 'QUERY_FAILED'],
    [new Error('Connection terminated unexpectedly'), 'CONNECTION_RESET'],
    [new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'), 'AUTH_FAILED'],
    [new Error('WRONGPASS invalid username-password pair'), 'AUTH_FAILED'],
    [new Error('NOAUTH Authentication required.'), 'AUTH_FAILED'],
    [new Error('LOADING Redis is loading the dataset in memory'), 'NOT_READY'],
    [new Error('ERR unknown command'), 'QUERY_FAILED'],
    [new Error('The client is closed'), 'CONNECTION_FAILED'],
    [new Error('Socket closed unexpectedly'), 'CONNECTION_RESET'],
    [new Error('Disconnects client'), 'CONNECTION_FAILED'],
    [new Error('Unknown RESP type 0 "\u0000"'), 'PROTOCOL_ERROR'],
    [new Error('Protocol error, got "H" as reply type byte. Please report this.'), 'PROTOCOL_ERROR'],
    [new DOMException('aborted', 'AbortError'), 'TIMEOUT'],
    [AbortSignal.timeout(0).reason ?? new DOMException('late', 'TimeoutError'), 'TIMEOUT'],
    [new TypeError('fetch failed', { cause: withCode('UND_ERR_SOCKET') }), 'CONNECTION_RESET'],
    [new Error('outer', { cause: new Error('inner', { cause: withCode('EAI_AGAIN') }) }), 'DNS_FAILED'],
    [new AggregateError([withCode('EHOSTUNREACH'), withCode('ECONNREFUSED')]), 'HOST_UNREACHABLE'],
    [new DOMException('aborted', 'AbortError'), 'TIMEOUT'],
    [
      Object.assign(new Error('The operation was aborted'), { name: 'AbortError', cause: withCode('ECONNREFUSED') }),
      'CONNECTION_REFUSED',
    ],
    ['just text', 'CHECK_THREW'],
    [undefined, 'CHECK_THREW'],
    [null, 'CHECK_THREW'],
    [withCode('constructor'), 'CHECK_THREW'],
    [Object.assign(new Error('x'), { name: 'toString' }), 'CHECK_THREW'],
  ])('reads %s as %s', (error, code) => {
    expect(codeFromError(error)).toBe(code)
  })

  it('ends on a circle of causes and on throwing getters', () => {
    const a = new Error('a')
    const b = new Error('b', { cause: a })
    a.cause = b
    expect(codeFromError(a)).toBe('CHECK_THREW')
    const hostile = Object.defineProperty({}, 'code', {
      get: () => {
        throw new Error('no')
      },
    })
    expect(codeFromError(hostile)).toBe('CHECK_THREW')
  })

  it('gives a code of the table for anything thrown', () => {
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        expect(Object.keys(CODES)).toContain(resultFromError(thrown).code)
      }),
    )
  })
})

describe('resultFromError', () => {
  it('says what, where and what to try', async () => {
    const error = await new Promise((resolve) => connect(1, '127.0.0.1').once('error', resolve))
    expect(resultFromError(error)).toEqual({
      status: 'unhealthy',
      code: 'CONNECTION_REFUSED',
      message: 'Nothing listens at 127.0.0.1:1 (ECONNREFUSED). Start the service, or correct host and port.',
    })
    expect(resultFromError(error, 'postgres main').message).toContain('Nothing listens at postgres main (')
  })

  it('quotes the error where it says more than the code', () => {
    const error = withCode('42P01', { severity: 'ERROR', message: 'relation "health" does not exist' })
    expect(resultFromError(error, 'db').message).toContain('(42P01: relation "health" does not exist)')
  })

  it('E10: redacts before it cuts, so that no half secret is left that has lost its shape', () => {
    for (let length = 380; length < 500; length += 5) {
      const key = `-----BEGIN PRIVATE KEY-----${'A1b2'.repeat(length)}-----END PRIVATE KEY-----`
      const text = `${key} postgres://app:${'hunter2-'.repeat(20)}@db/shop`
      expect(resultFromError(new Error(text)).message).not.toContain('hunter2')
    }
  })

  it('E10: shows no credentials, wherever the error or the caller put them', () => {
    const secret = 'Hunter2Hunter2'
    const texts = [`postgres://u:${secret}@db/x`, `password=${secret}`, `Authorization: Bearer ${secret}`]
    for (const text of texts) {
      const errors = [
        text,
        new Error(text),
        new Error('x', { cause: new Error(text) }),
        withCode(text),
        withCode('42P01', { severity: 'ERROR', message: text }),
      ]
      for (const error of errors) expect(JSON.stringify(resultFromError(error, `at ${text}`))).not.toContain(secret)
    }
  })
})
