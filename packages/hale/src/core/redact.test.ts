import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redactData } from './redact-data.ts'
import { redact } from './redact.ts'

const alphabet = (letters: string, minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...letters), minLength, maxLength })
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
// Upper-case first, so that the secret cannot be part of what surrounds it.
const password = (letters: string) => alphabet(letters, 6, 30).map((rest) => `Q9${rest}`)
const word = alphabet('abcdefghijklmnopqrstuvwxyz', 1, 10)

type Shape = readonly [name: string, letters: string, place: (secret: string) => string]
const SHAPES: readonly Shape[] = [
  [
    'user and password of a URL',
    `${LETTERS}!$&'()*+,;=:@-._~%`,
    (s) => `connect to postgres://app:${s}@db.internal:5432/shop failed`,
  ],
  ['a URL password with stray delimiters', `${LETTERS}/?#:`, (s) => `redis://:${s}@cache:6379 is down`],
  ['a token as the user of a URL', LETTERS, (s) => `cloning https://${s}@github.com/a/b.git`],
  ['a DSN without a scheme', LETTERS, (s) => `app:${s}@tcp(10.0.0.1:3306)/shop`],
  ['host, port and credentials without a scheme', LETTERS, (s) => `cannot reach app:${s}@db.internal:5432 now`],
  ['a libpq DSN', `${LETTERS}!$&*+,;:@-._~%/?#=`, (s) => `host=db password=${s} user=app`],
  ['a quoted libpq DSN', `${LETTERS} ,;"=`, (s) => `host=db password='${s}' user=app`],
  ['an ADO connection string', `${LETTERS}!$*+@`, (s) => `Server=db;Pwd=${s};Database=shop`],
  ['a braced ODBC value', `${LETTERS};= `, (s) => `PWD={${s}};Server=db`],
  ['JSON', `${LETTERS} ,;:'{}`, (s) => JSON.stringify({ user: 'app', password: s, port: 5 })],
  ['JSON within JSON', `${LETTERS} ,;:"\\`, (s) => JSON.stringify(JSON.stringify({ clientSecret: s, port: 5 }))],
  ['inspected objects', `${LETTERS} ,;:`, (s) => `{ apiKey: '${s}', port: 5 }`],
  ['an environment variable', `${LETTERS}+/=-`, (s) => `AWS_SECRET_ACCESS_KEY=${s} AWS_REGION=eu`],
  ['a query parameter', LETTERS, (s) => `GET https://api.test/v1?a=1&access_token=${s}&b=2`],
  ['a signature', `${LETTERS}%`, (s) => `https://bucket.test/o?X-Amz-Signature=${s}`],
  ['?key=', LETTERS, (s) => `https://maps.test/?key=${s}&q=x`],
  ['Authorization: Bearer', `${LETTERS}-._~+/=`, (s) => `sent Authorization: Bearer ${s} and got 401`],
  ['Authorization: Basic', LETTERS, (s) => `authorization: Basic ${btoa(`user:${s}`)}`],
  ['Authorization in JSON', `${LETTERS} `, (s) => `{"authorization":"Custom ${s}","accept":"*/*"}`],
  ['Authorization with parameters', LETTERS, (s) => `Authorization: Digest username="a", response="${s}"`],
  ['a bearer value', `${LETTERS}-._~+/`, (s) => `the header Bearer ${s} was refused`],
  ['an argument', LETTERS, (s) => `Command failed: deploy --api-token ${s} --to eu`],
  ['arguments in a list', LETTERS, (s) => `spawn [ '--password', '${s}', '--host', 'db' ]`],
  ["curl's credentials", LETTERS, (s) => `curl -u app:${s} https://api.test`],
  ["redis-cli's password", LETTERS, (s) => `redis-cli -h cache -a ${s} ping`],
  ["mysql's password", LETTERS, (s) => `mysqldump -uapp -p${s} shop`],
  ['a refused value', LETTERS, (s) => `invalid input syntax for type integer: "${s}"`],
  ['a violated key', LETTERS, (s) => `Key (id, api_token)=(5, ${s}) already exists.`],
  ['inserted values', LETTERS, (s) => `insert into t(id, password) values (5, '${s}')`],
  ['bind parameters', LETTERS, (s) => `parameters: [ 5, '${s}' ]`],
  ['a cookie', LETTERS, (s) => `Cookie: a=1; sid=${s}; c=2`],
  ['a header of its own', `${LETTERS}-`, (s) => `X-Api-Key: ${s}`],
  ['a vendor prefix', LETTERS, (s) => `key ghp_${s}${'a1B2'.repeat(4)} is revoked`],
  ['a PEM block', `${LETTERS}+/\n`, (s) => `-----BEGIN PRIVATE KEY-----\n${s}\n-----END PRIVATE KEY----- end`],
  ['a PEM block cut short', `${LETTERS}+/\n`, (s) => `-----BEGIN RSA PRIVATE KEY-----\n${s}`],
  ['a JWT', `${LETTERS}-_`, (s) => `got eyJhbGciOiJIUzI1NiJ9.${s}.${s} instead`],
]

/** Milliseconds that the processor worked for this thread: what else the machine does is not counted. */
function cpuOf(work: () => void): number {
  const { user: before } = process.threadCpuUsage()
  work()
  return (process.threadCpuUsage().user - before) / 1_000
}

describe('redact', () => {
  it.each(SHAPES)('E10: a secret in %s never survives', (_, letters, place) => {
    fc.assert(
      fc.property(password(letters), fc.array(word, { maxLength: 4 }), (secret, around) => {
        const [before, after] = [around.slice(0, 2).join(' '), around.slice(2).join(' ')]
        const encoded = place(secret).includes(secret) ? secret : undefined
        const safe = redact(`${before} ${place(secret)} ${after}`)
        expect(safe).not.toContain(encoded ?? place(secret).split(' ').at(-1))
        expect(safe).toContain('***')
        expect(safe.startsWith(before)).toBe(true)
        expect(redact(safe)).toBe(safe)
      }),
    )
  })

  it('E10: AWS key ids and long random tokens never survive, in words and in paths', () => {
    for (let index = 0; index < 5_000; index++) {
      const hash = createHash('sha256').update(String(index)).digest()
      for (const token of [hash.toString('base64url'), hash.toString('base64'), hash.toString('hex')]) {
        expect(redact(`id ${token} refused`)).toBe('id *** refused')
      }
      expect(redact(`/data/${hash.toString('hex')}/x`)).toBe('/data/***/x')
    }
    expect(redact('used AKIAIOSFODNN7EXAMPLE with wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY')).toBe('used *** with ***')
  })

  it.each([
    'connect ECONNREFUSED 127.0.0.1:5432',
    'https://shop.test:8443/path/to?page=2&sort=name#part',
    'https://shop.test/users/@me?mail=a@b.test',
    'mail bob@example.test about http://[::1]:8080/health',
    'password authentication failed for user "app"',
    'Basic authentication required. Bearer token missing',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY at node_modules/@hale/monitor/src/evaluate/news.ts:12:34',
    'pod payments-7d9f8b6c5d-x2x9z on ip-10-0-0-1.eu-central-1.compute.internal',
    'request 3f2504e0-4f89-41d3-9a0c-0305e82c3301 took 12 ms at 2026-11-22T09:40:00.000Z',
    'trace_id=4bf92f3577b34da6a3ce929d0e0e4736 at commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
    '{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}',
    'image@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 is gone',
    'Bearer authentication failed, Basic auth was tried, Basic credentials are missing',
    'disk /: 3.2 GB of 20 GB free (16 %), /Users/Bob/Dev/MyApp/Release/Build',
    'PostgreSQLConnectionPoolTimeoutException: 10 of 10 connections in use; key (id)=(5) exists',
    'Größe 5 µs — 你好, всё хорошо 🙂',
  ])('leaves text without secrets as it is: %s', (text) => {
    expect(redact(text)).toBe(text)
  })

  it('leaves any words as they are', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        expect(redact(words.join(' '))).toBe(words.join(' '))
      }),
    )
  })

  it('E10: a bare lower-case value after Bearer is taken for prose only when it could be', () => {
    expect(redact('Headers.append: "Bearer zgffkvf" is invalid')).toBe('Headers.append: "Bearer ***" is invalid')
    expect(redact('sent Bearer zgffkvfbxqkdzk and got 401')).toBe('sent Bearer *** and got 401')
  })

  it('keeps what is beside the secret', () => {
    expect(redact('postgres://app:hunter2@db:5432/shop?sslmode=require')).toBe(
      'postgres://***@db:5432/shop?sslmode=require',
    )
    expect(redact('GET /x?a=1&token=abc&b=2')).toBe('GET /x?a=1&token=***&b=2')
    expect(redact('{"password":"a\\"b","port":5}')).toBe('{"password":***,"port":5}')
    expect(redact('curl -H "Authorization: Bearer abc1" https://x.test')).toBe(
      'curl -H "Authorization: Bearer ***" https://x.test',
    )
    expect(redact('host=db password=hunter2 user=app')).toBe('host=db password=*** user=app')
  })

  it('S9: cuts long text at a word, so that no half secret is left', () => {
    const text = `${'word '.repeat(3_270)}postgres://app:${'Secret7'.repeat(100)}@db/x`
    expect(redact(text)).not.toContain('Secret7')
    expect(redact('x'.repeat(1e6))).toBe(' … (cut)')
    expect(redact('a '.repeat(1e6)).length).toBeLessThan(16_500)
  })

  it('S9: takes linear time on hostile text', () => {
    const parts = [
      '://',
      '://a:',
      'a:',
      '@',
      'password=',
      'password',
      "'",
      '"',
      '\\"',
      '{',
      '}',
      ')]',
      '&a',
      ',',
      '&',
      'eyJ',
      'eyJa.',
      '-----BEGIN A-----',
      'Bearer ',
      'Authorization:',
      'Authorization: ',
      'cookie=',
      'Aa1',
      '/',
      '-',
      'sk-',
      ' ',
      '\t',
      '=',
      'secret_key',
      'a.',
      "password='",
      'values (',
      'value "',
      'value: "a" ',
      'path ',
      'args: [',
      'invalid ',
      'password (',
      '(password',
      'redis-cli ',
      'mysql ',
      ' -u ',
      '--token ',
      'trace_id=',
      'commit ',
      'password="\\',
    ]
    for (const part of parts) {
      for (const tail of ['', 'x', '\n', '@', '"']) {
        const text = part.repeat(Math.ceil(16_000 / part.length)).slice(0, 16_000) + tail
        expect(
          cpuOf(() => redact(text)),
          `${JSON.stringify(part)} + ${JSON.stringify(tail)}`,
        ).toBeLessThan(1_000) // about 30; backtracking would take minutes
      }
    }
  })
})

describe('redactData', () => {
  it('E10: no secret survives at any depth, under any shape or telling name', () => {
    fc.assert(
      fc.property(
        password(LETTERS),
        fc.constantFrom('password', 'DB_PASSWORD', 'apiKey', 'x-api-key', 'clientSecret', 'Authorization'),
        (secret, name) => {
          const data = {
            list: [{ [name]: secret }, new Map([[name, secret]]), new Set([`token=${secret}`])],
            url: new URL(`https://u:${secret}@x.test/`),
            error: new Error(`password=${secret}`),
            [`token=${secret}`]: 1,
          }
          expect(JSON.stringify(redactData(data))).not.toContain(secret)
        },
      ),
    )
  })

  it('leaves plain data as it is', () => {
    const data = { total: 10, nested: { list: [1, 'two', null, true], at: 'eu' }, ['__proto__']: 5 }
    expect(redactData(data)).toEqual(data)
  })

  it('ends on circles, depth, size and throwing getters', () => {
    const circle: Record<string, unknown> = { big: 5n, bytes: new Uint8Array(3), when: new Date(0), bad: new Date(NaN) }
    circle['self'] = circle
    expect(redactData(circle)).toEqual({
      big: '5',
      bytes: '(3 bytes)',
      when: '1970-01-01T00:00:00.000Z',
      bad: null,
      self: '(circular)',
    })
    let deep: unknown = 'end'
    for (let level = 0; level < 100; level++) deep = { deep }
    expect(JSON.stringify(redactData(deep))).not.toContain('end')
    expect(redactData(Array.from({ length: 5_000 }, () => 1))).toHaveLength(1_001)
    const throwing = Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        throw new Error('no')
      },
    })
    expect(redactData({ throwing })).toEqual({ throwing: '(unreadable)' })
  })
})
