import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isStatus } from '../core/status.ts'
import { MAX_CHECKS, MAX_DEPTH } from './budget.ts'
import { flattenChecks } from './flatten.ts'
import { MAX_BODY, readHealthDocument, type HealthDocument } from './read.ts'

const read = (body: unknown, status = 200): HealthDocument =>
  readHealthDocument({ status, body: typeof body === 'string' ? body : JSON.stringify(body) })
const statusOf = (body: unknown, status = 200): string => read(body, status).report.status

describe('status words', () => {
  it.each([
    ['healthy', 'pass ok up healthy success passed working serving OK Pass UP SUCCESS'],
    ['degraded', 'warn warning degraded Degraded WARN'],
    ['unhealthy', 'fail failed error down unhealthy failure unavailable NOT_SERVING critical ko OUT_OF_SERVICE'],
    ['unknown', 'unknown starting stopping stopped shutting_down Maintenance weird  constructor __proto__ 200'],
  ])('E7: read %s from: %s', (status, words) => {
    for (const word of words.split(' ')) expect([word, statusOf({ status: word, more: 1 })]).toEqual([word, status])
  })

  it('E7: two words, booleans, and a word that means nothing', () => {
    expect(statusOf({ status: 'Partially Available' })).toBe('degraded')
    expect(statusOf({ status: true })).toBe('healthy')
    expect(statusOf({ status: false })).toBe('unhealthy')
    expect(read({ status: 'bo\u0007gus' }).report).toMatchObject({ status: 'unknown', code: 'REPORTED_UNKNOWN' })
  })

  it.each(['Healthy', '"Healthy"', ' healthy\r\n', '\uFEFFOK'])('as plain text: %j', (body) => {
    expect(read(body)).toMatchObject({ format: 'plain-text', report: { status: 'healthy' } })
  })
})

describe('HTTP code and body', () => {
  it('take the worse of the two, with a reason', () => {
    const message = 'The document says healthy, but the HTTP code is 503.'
    expect(read({ status: 'UP' }, 503).report).toMatchObject({ status: 'unhealthy', code: 'HTTP_STATUS', message })
    expect(read({ status: 'degraded' }, 500).report).toMatchObject({ status: 'unhealthy', code: 'HTTP_STATUS' })
    expect(read([{ status: 'UP' }, 503]).report.status).toBe('unhealthy')
    // A server error is none of the document's, even where a 503 within it would excuse its word.
    expect(statusOf([{ status: 'starting' }, 503], 500)).toBe('unhealthy')
    expect(statusOf([{ status: 'starting' }, 503])).toBe('unknown')
    expect(read({ status: 'DOWN' }).report).toMatchObject({
      status: 'unhealthy',
      message: 'The document says unhealthy, though the HTTP code is 200.',
    })
    expect(read({ status: 'DOWN', error: 'no disk' }).report.message).toBe('no disk')
    expect(statusOf({ status: 'warn' }, 302)).toBe('degraded')
  })

  it('503 agrees with "not now", but not with a word that means nothing', () => {
    expect(statusOf({ status: 'starting' }, 503)).toBe('unknown')
    expect(statusOf({ status: 'maintenance' }, 503)).toBe('maintenance')
    expect(statusOf({ status: 'bogus' }, 503)).toBe('unhealthy')
    expect(statusOf({ status: 'starting' }, 500)).toBe('unhealthy')
  })

  it.each([
    ['', 'The body is empty.'],
    ['  \n', 'The body is empty.'],
    ['<!doctype html><p>Healthy', 'The body is HTML or XML, no health document.'],
    ['{"status":"heal', 'The body begins like JSON, but is not valid JSON.'],
    ['pong', 'The body is text (text/x-pong), no health document.'],
    ['{"hello":"world"}', 'The body is JSON, but its "status" says nothing about health.'],
    ['{"status":200}', 'The body is JSON, but its "status" says nothing about health.'],
    ['[1,2]', 'The body is JSON, but no health document.'],
    ['3', 'The body is JSON, but no health document.'],
  ])('the code alone speaks and the problem says why: %#', (body, problem) => {
    for (const [status, says] of [
      [200, 'healthy'],
      [304, 'unknown'],
      [503, 'unhealthy'],
    ] as const) {
      const document = readHealthDocument({ status, body, contentType: 'text/x-pong' })
      expect(document).toMatchObject({ format: undefined, certainty: 'none', problem, report: { status: says } })
    }
  })

  it('S9: a body that is too long is not read, even if it looks whole', () => {
    const body = `{"status":"UP"}${' '.repeat(MAX_BODY)}`
    const problem = 'The body is longer than 4.2 MB.'
    for (const each of [body, Buffer.from(body)]) {
      expect(readHealthDocument({ status: 503, body: each })).toMatchObject({ certainty: 'none', problem })
    }
  })

  it('a body that was cut off is not read, even if it looks whole', () => {
    const document = readHealthDocument({ status: 503, body: '{"status":"UP"}', truncated: true })
    expect(document).toMatchObject({ certainty: 'none', problem: 'The body was cut off after 15 B.' })
    expect(document.report.status).toBe('unhealthy')
  })
})

describe('what formats leave unsaid, and what they say twice', () => {
  it.each([
    ['pass', 'healthy'],
    ['warn', 'unknown'],
    ['fail', 'unknown'],
  ])('a measurement without a status in health+json, of a whole that says %s, is %s', (status, said) => {
    const { checks } = read({ status, checks: { 'cpu:utilization': [{ observedValue: 85 }] } }).report
    expect(checks['cpu:utilization']?.status).toBe(said)
  })

  it.each([
    [
      'health+json',
      { status: 'fail', haleStatus: 'healthy', checks: { a: [{ status: 'fail', haleStatus: 'skipped' }] } },
    ],
    [
      'spring-boot',
      { status: 'DOWN', haleStatus: 'healthy', components: { a: { status: 'DOWN', haleStatus: 'skipped' } } },
    ],
    ['aspnet-ui', { status: 'Unhealthy', haleStatus: 'healthy', entries: { a: { status: 0, haleStatus: 'skipped' } } }],
    ['microprofile', { status: 'DOWN', checks: [{ name: 'a', status: 'DOWN', data: { haleStatus: 'skipped' } }] }],
  ])('haleStatus cannot turn round what %s says', (format, body) => {
    expect(read(body)).toMatchObject({
      format,
      report: { status: 'unhealthy', checks: { a: { status: 'unhealthy' } } },
    })
  })
})

describe('any other JSON', () => {
  it.each([
    ['a flag', { healthy: false }, 'unhealthy'],
    ['a bare flag', false, 'unhealthy'],
    ['an envelope with an ill part', { success: true, data: { cache: { state: 'DOWN' } } }, 'unhealthy'],
    ['an envelope that failed, with a part that is well', { ok: false, data: { cache: { state: 'UP' } } }, 'unhealthy'],
    ['a part deep inside', { a: { b: { c: [{ id: 7, health: 'RED' }] } } }, 'unhealthy'],
    ['an unknown word beside a known one', { a: { state: 'UP' }, b: { state: 'PAUSED' } }, 'unknown'],
    ['an unknown word of the whole', { state: 'MIGRATING', nodes: [{ state: 'UP' }] }, 'unknown'],
    ['a part that is well around one that is not', { a: { state: 'weird', b: { state: 'DOWN' } } }, 'unknown'],
    ['a known word behind an unknown one', { jobs: { state: 'active', health: 'RED' } }, 'unhealthy'],
    ['the whole’s own word', { health: 'YELLOW', nodes: [{ health: 'RED' }] }, 'degraded'],
  ])('is read for what it says of itself and its parts: %s', (_what, body, status) => {
    expect(read(body)).toMatchObject({ format: 'any-json', certainty: 'likely', report: { status } })
  })
})

describe('what a document is not', () => {
  it.each([
    ['a flat object of texts', { hello: 'world' }],
    ['an error', { error: 'Not Found', message: 'OK' }],
    ['facts about a build', { version: 'v1', commit: 'abc', region: 'OK' }],
    ['a list of flags', { debug: true, beta: false }],
    ['things with states of their own', { state: 'CA', orders: [{ state: 'shipped' }, { state: 'returned' }] }],
    ['an empty object', {}],
  ])('%s says nothing of health: the code alone speaks', (_what, body) => {
    expect(read(body)).toMatchObject({ certainty: 'none', report: { status: 'healthy' } })
    expect(statusOf(body, 503)).toBe('unhealthy')
  })

  it('checks beside the status are read, what says something of the whole is not a check', () => {
    const body = {
      status: 'ok',
      database: 'up',
      queue: { status: 'down', error: 'full' },
      debug: false,
      mode: 'ok',
      env: 'up',
    }
    expect(read(body).report.checks).toEqual({
      database: { status: 'healthy' },
      queue: { status: 'unhealthy', message: 'full' },
    })
  })

  it('the year 1, with which Go and .NET say never, is no time', () => {
    const at = '2026-11-22T14:02:03Z'
    const check = { status: 'failed', check_time: at, first_failure_at: '0001-01-01T00:00:00Z', num_failures: 1 }
    expect(read({ status: 'failed', details: { check } }, 500).report.checks['check']).toEqual({
      status: 'unhealthy',
      checkedAt: Date.parse(at),
      consecutiveFailures: 1,
    })
  })
})

describe('limits', () => {
  const many = (n: number, value: unknown): object =>
    Object.fromEntries(Array.from({ length: n }, (_, index) => [`c${index}`, value]))
  const nested = (levels: number): object =>
    levels === 0 ? { status: 'UP' } : { status: 'UP', components: { a: nested(levels - 1) } }

  it(`S9: nesting is read ${MAX_DEPTH} levels deep`, () => {
    expect(flattenChecks(read(nested(12)).report)).toHaveLength(12)
    expect(flattenChecks(read(nested(100)).report)).toHaveLength(MAX_DEPTH)
  })

  it('S9: brackets without end are no stack overflow', () => {
    const deep = 1_000_000
    expect(read('['.repeat(deep)).certainty).toBe('none')
    expect(read('['.repeat(deep) + ']'.repeat(deep)).certainty).toBe('none')
    expect(read('{"status":"UP","components":{"a":'.repeat(50_000) + '1' + '}}'.repeat(50_000)).format).toBe(
      'spring-boot',
    )
  })

  it.each([
    ['classic', (n: number) => ({ status: 'ok', checks: many(n, 'up') })],
    ['hale', (n: number) => ({ status: 'healthy', checks: many(n, { status: 'healthy' }) })],
    ['health+json', (n: number) => ({ status: 'pass', checks: many(n, [{ status: 'pass' }]) })],
    ['health+json', (n: number) => ({ status: 'pass', checks: { a: Array.from({ length: n }, () => ({})) } })],
    [
      'microprofile',
      (n: number) => ({ status: 'UP', checks: Array.from({ length: n }, () => ({ name: 'a', status: 'UP' })) }),
    ],
    ['spring-boot', (n: number) => ({ status: 'UP', components: many(n, { status: 'UP' }) })],
    ['aspnet-ui', (n: number) => ({ status: 'Healthy', entries: many(n, { status: 2 }) })],
    ['terminus', (n: number) => ({ status: 'ok', info: {}, error: {}, details: many(n, { status: 'up' }) })],
    ['medicus', (n: number) => ({ status: 'healthy', services: many(n, { status: 'healthy' }) })],
    ['heptio', (n: number) => many(n, 'OK')],
    ['dropwizard', (n: number) => Array.from({ length: n }, () => ({ name: 'a', type: 'READY', healthy: true }))],
    ['any-json', (n: number) => many(n, { state: 'UP' })],
    ['kubernetes', (n: number) => `${'[+]a ok\n'.repeat(n)}healthz check passed`],
  ])(`S9: at most ${MAX_CHECKS} checks are read of %s, and the problem says so`, (format, make) => {
    const full = read(make(MAX_CHECKS))
    expect([full.format, full.problem, flattenChecks(full.report).length]).toEqual([format, undefined, MAX_CHECKS])
    const over = read(make(MAX_CHECKS + 1))
    expect(over).toMatchObject({ format, problem: `It has more than ${MAX_CHECKS} checks; the rest was not read.` })
    expect(flattenChecks(over.report)).toHaveLength(MAX_CHECKS)
  })

  it.each([
    ['dropwizard', (bad: boolean) => ({ name: 'a', type: 'READY', healthy: !bad })],
    ['any-json', (bad: boolean) => ({ state: bad ? 'DOWN' : 'UP' })],
  ])('S9: is not healthy by the first checks of %s while the last is not read', (format, make) => {
    const documentOf = (count: number) => Array.from({ length: count }, (_, index) => make(index === MAX_CHECKS))
    expect(read(documentOf(MAX_CHECKS))).toMatchObject({ format, report: { status: 'healthy' } })
    expect(read(documentOf(MAX_CHECKS + 1))).toMatchObject({ format, report: { status: 'unknown' } })
  })

  it('S9: what Python wrote and tore off takes no time that grows with its square', () => {
    // A minute when each quote was searched from.
    const torn = `[NaN,"${'\\"'.repeat(80_000)}`
    expect(readHealthDocument({ status: 503, body: torn })).toMatchObject({ report: { status: 'unhealthy' } })
  })

  it('S9: names and messages are bounded, data too', () => {
    const long = 'x'.repeat(100_000)
    const data = { [long]: long, list: Array.from({ length: 1_000 }, () => 'y'.repeat(2_000)) }
    const { report } = read({
      status: 'DOWN',
      checks: [{ name: long, status: 'DOWN', data: { ...data, error: long } }],
    })
    const [flat] = flattenChecks(report)
    expect(flat?.name.length).toBe(200)
    expect(flat?.check.message?.length).toBe(1_000)
    expect(JSON.stringify(report).length).toBeLessThan(300_000)
  })

  it('S4: control characters and turned text do not come through', () => {
    const dirty = 'a\u0000b\u001b[31mc\u202Ed\u2028e\uD800f'
    const { report } = read({ status: 'ok', message: dirty, checks: { [dirty]: { status: 'ok', message: dirty } } })
    expect(report.message).toBe('a b [31mc d e\uFFFDf')
    expect(Object.keys(report.checks)).toEqual(['a b [31mc d e\uFFFDf'])
  })

  it('S9: names of prototypes are names like any other', () => {
    for (const body of [
      '{"status":"ok","checks":{"__proto__":{"status":"down"},"constructor":"ok"}}',
      '{"status":"UP","components":{"__proto__":{"status":"DOWN"},"constructor":{"status":"UP"}}}',
      '{"__proto__":{"status":"ok"},"status":"fail","checks":{"__proto__":[{"status":"fail"}],"constructor":[{"status":"pass"}]}}',
    ]) {
      const flat = flattenChecks(read(body).report)
      expect(flat.map(({ name, check }) => `${name} ${check.status}`)).toEqual([
        '__proto__ unhealthy',
        'constructor healthy',
      ])
      expect(Object.getPrototypeOf(read(body).report.checks)).toBe(Object.prototype)
    }
    expect(({} as Record<string, unknown>)['status']).toBeUndefined()
  })
})

describe('whatever the bytes', () => {
  const isWhole = (document: HealthDocument): boolean =>
    isStatus(document.report.status) &&
    (document.certainty === 'none') === (document.format === undefined) &&
    flattenChecks(document.report).every(({ name, check }) => name !== '' && isStatus(check.status))
  const options = { numRuns: 20_000, interruptAfterTimeLimit: 1_000 }

  it('S9: never throws on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(999), fc.boolean(), (body, status, truncated) => {
        expect(isWhole(readHealthDocument({ status, body, truncated }))).toBe(true)
      }),
      options,
    )
  })

  // Documents that look like health documents more often than any JSON does.
  const keys =
    'status checks components details entries name data observedValue observedUnit time __proto__ duration tags error ' +
    'detail groups output at observed haleStatus links a'
  const key = fc.constantFrom(...keys.split(' '))
  const words = 'UP down pass Healthy healthy maintenance weird ms 00:00:01 2026-01-01T00:00:00Z'
  const leaf = fc.oneof(
    fc.constantFrom(...words.split(' ')),
    fc.constantFrom(null, 0, 1, 2, 503, -1, 1e300, true, false, ''),
    fc.string(),
  )
  const { document } = fc.letrec((tie) => ({
    document: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc.dictionary(key, tie('document')),
      fc.array(tie('document'), { maxLength: 3 }),
    ),
  }))
  const rooted = fc.tuple(fc.constantFrom('UP', 'pass', 'healthy', 'Unhealthy', 2), fc.dictionary(key, document))

  it('S9: never throws on any JSON, and an error code is never healthy', () => {
    fc.assert(
      fc.property(rooted, fc.constantFrom(200, 302, 404, 503), fc.boolean(), ([status, rest], code, alone) => {
        const read = readHealthDocument({ status: code, body: JSON.stringify(alone ? rest : { ...rest, status }) })
        expect(isWhole(read)).toBe(true)
        expect(code >= 400 && ['healthy', 'degraded', 'skipped'].includes(read.report.status)).toBe(false)
      }),
      options,
    )
  })
})
