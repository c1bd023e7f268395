import { createHash } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { createHealth } from '../core/create-health.ts'
import type { HealthOptions } from '../core/health.ts'
import { degraded, healthy, unhealthy } from '../core/result.ts'
import { isStatus } from '../core/status.ts'
import type { LazyFormat } from '../formats/format.ts'
import { haleFormat } from '../formats/hale.ts'
import { healthJsonFormat } from '../formats/health-json.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { createHandler, type HandlerOptions, type HandlerRequest } from './handler.ts'

const KEY = 'open-sesame'
const withKey = { 'x-api-key': KEY }

function setUp<Name extends string>(options: HealthOptions<Name>, handling: HandlerOptions = { keys: [KEY] }) {
  const clock = createFakeClock()
  const health = createHealth({ clock, random: () => 0, logger: { error: () => undefined }, ...options })
  const handler = createHandler(health, handling)
  const request = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): HandlerRequest => ({
    method,
    path,
    header: (name) => headers[name],
  })
  const ask = async (...given: Parameters<typeof request>) => {
    const answer = await handler.answer(request(...given))
    if (answer === undefined) return undefined
    const { body, headers, status } = answer
    const named = Object.fromEntries(headers.flatMap((name, i) => (i % 2 === 0 ? [[name, headers[i + 1]]] : [])))
    return { status, headers: named as Record<string, string>, body, json: body === '' ? undefined : JSON.parse(body) }
  }
  return { ask, clock, handler, health, request }
}

describe('the endpoints', () => {
  const checks = {
    db: { check: () => unhealthy('CONNECTION_REFUSED', 'db refused'), impact: 'fails' },
    cache: { check: () => degraded('SLOW', 'slow'), probes: ['startup'] },
  } as const

  it.each([
    ['/health', 503, 'unhealthy'],
    ['/health/ready', 503, 'unhealthy'],
    ['/health/live', 200, 'healthy'],
    ['/health/startup', 200, 'healthy'],
    ['/health/checks/db', 503, 'unhealthy'],
    ['/health/checks/cache', 200, 'degraded'],
  ])('E10: %s without the key says %i and the status, nothing more', async (path, code, status) => {
    const { ask } = setUp({ checks })
    expect(await ask(path)).toMatchObject({ status: code, body: `{"status":"${status}"}` })
    expect(await ask(path, { 'x-api-key': 'wrong' })).toMatchObject({ body: `{"status":"${status}"}` })
  })

  it('with the key shows the whole report', async () => {
    const { ask } = setUp({ service: { name: 'orders', version: '1' }, checks })
    const answer = await ask('/health', withKey)
    expect(answer?.json).toMatchObject({
      status: 'unhealthy',
      service: { name: 'orders', version: '1' },
      checks: {
        db: {
          status: 'unhealthy',
          code: 'CONNECTION_REFUSED',
          message: 'db refused',
          durationMs: 0,
          ageMs: 0,
          since: '2026-01-01T00:00:00.000Z',
          consecutiveFailures: 1,
          impact: 'fails',
          reason: 'first result: unhealthy',
        },
        cache: { status: 'degraded' },
      },
    })
    expect(Object.keys((await ask('/health/ready', withKey))?.json.checks)).toEqual(['db'])
    expect(Object.keys((await ask('/health/checks/cache', withKey))?.json.checks)).toEqual(['cache'])
  })

  it.each([
    ['healthy', 200],
    ['degraded', 200],
    ['unhealthy', 503],
    ['unknown', 503],
    ['maintenance', 503],
  ] as const)('%s is answered with %i', async (status, code) => {
    if (!isStatus(status)) throw new Error(status)
    const { ask } = setUp({ checks: { a: { check: () => ({ status }), impact: 'fails', every: '25s' } } })
    const answer = await ask('/health')
    expect(answer).toMatchObject({ status: code, json: { status } })
    expect(answer?.headers['retry-after']).toBe(status === 'maintenance' ? '25' : undefined)
  })

  it('E9: in drain readiness is 503 at once, with Retry-After, and liveness stays 200', async () => {
    const { ask, health } = setUp({ checks: {}, drainWait: '3s' })
    expect((await ask('/health/ready'))?.status).toBe(200)
    void health.drain()
    expect(await ask('/health/ready')).toMatchObject({ status: 503, headers: { 'retry-after': '3' } })
    expect((await ask('/health/ready', withKey))?.json).toMatchObject({ code: 'SHUTTING_DOWN' })
    expect((await ask('/health/live'))?.status).toBe(200)
  })

  it('E10: the full error goes to the log; without the key no answer has a trace of it', async () => {
    const error = vi.fn<() => void>()
    const { ask } = setUp({
      logger: { error },
      checks: { db: () => Promise.reject(new Error('no entry: postgres://u:hunter2@db')) },
    })
    for (const path of ['/health', '/health/ready', '/health/checks/db']) {
      expect((await ask(path))?.body).toMatch(/^\{"status":"[a-z]+"\}$/)
      expect((await ask(path, withKey))?.body).not.toContain('hunter2')
    }
    expect(error).toHaveBeenCalledWith('health check db threw', new Error('no entry: postgres://u:hunter2@db'))
  })
})

describe('the edges of HTTP', () => {
  const checks = { db: () => healthy() }

  it.each([
    '/health',
    '/health/',
    '/health?x=1',
    '/health/?x=/y',
    '/health//',
    '/health#top',
    'http://example.test/health?x=1',
    '/health/live/',
    '/health/checks/db/?verbose',
  ])('E14: %s is found', async (path) => {
    expect(await setUp({ checks }).ask(path)).toMatchObject({ status: 200, json: { status: 'healthy' } })
  })

  it.each(['/health/nope', '/health/checks', '/health/checks/', '/health/checks/dv', '/health/checks/db/x'])(
    'E7: %s is 404',
    async (path) => {
      expect(await setUp({ checks }).ask(path)).toMatchObject({ status: 404, headers: { 'cache-control': 'no-store' } })
    },
  )

  it.each(['/', '/healthy', '/other/health', '', '/health%2f', 'http://example.test', '*'])(
    'E14: %s is not ours',
    async (path) => {
      expect(await setUp({ checks }).ask(path)).toBeUndefined()
    },
  )

  it('E7: names that objects are born with are no checks', async () => {
    const { ask } = setUp({ checks })
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      expect((await ask(`/health/checks/${name}`, withKey))?.status).toBe(404)
    }
  })

  it('E14: HEAD has the headers of GET and no body; OPTIONS the code and what is allowed', async () => {
    const { ask } = setUp({ checks: { db: { check: () => unhealthy('DOWN', 'down'), impact: 'fails' } } })
    const get = await ask('/health')
    expect(await ask('/health', {}, 'HEAD')).toEqual({ ...get, body: '', json: undefined })
    const options = await ask('/health', {}, 'OPTIONS')
    expect(options).toMatchObject({ status: 503, body: '', headers: { allow: 'GET, HEAD, OPTIONS' } })
  })

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'get'])('E14: %s is 405 with Allow', async (method) => {
    expect(await setUp({ checks }).ask('/health', {}, method)).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD, OPTIONS', 'cache-control': 'no-store' },
    })
  })

  it('E14: Cache-Control is no-store and the length is right, whoever asks for whatever', async () => {
    const { ask } = setUp({ service: { name: 'Grüße' }, checks })
    for (const headers of [{}, withKey, { accept: 'application/health+json' }]) {
      const answer = await ask('/health', headers)
      expect(answer?.headers['cache-control']).toBe('no-store')
      expect(Number(answer?.headers['content-length'])).toBe(Buffer.byteLength(answer?.body ?? ''))
    }
  })

  it('answers in the format that is asked for', async () => {
    const { ask } = setUp({ checks })
    expect(await ask('/health')).toMatchObject({ headers: { 'content-type': 'application/json' } })
    expect(await ask('/health', { accept: 'application/health+json' })).toMatchObject({
      headers: { 'content-type': 'application/health+json' },
      json: { status: 'pass' },
    })
  })

  it('loads a format when it is first asked for, once, and answers in its own when it cannot', async () => {
    const load = vi.fn<LazyFormat['load']>(() => Promise.resolve({ ...haleFormat, contentType: 'text/x-late' }))
    const late = { name: 'late', contentTypes: ['text/x-late'], load } as const
    const lost = {
      name: 'lost',
      contentTypes: ['text/x-lost'],
      load: () => Promise.reject(new Error('no file')),
    } as const
    const { ask } = setUp({ checks }, { formats: [haleFormat, late, lost] })
    await ask('/health')
    expect(load).not.toHaveBeenCalled()
    for (let i = 0; i < 3; i++) {
      expect((await ask('/health', { accept: 'text/x-late' }))?.headers['content-type']).toBe('text/x-late')
    }
    expect(load).toHaveBeenCalledOnce()
    expect((await ask('/health', { accept: 'text/x-lost' }))?.headers['content-type']).toBe('application/json')
  })

  it('answers in a fixed format when it is given but one', async () => {
    const { ask } = setUp({ checks }, { formats: [healthJsonFormat] })
    expect(await ask('/health', { accept: 'application/json' })).toMatchObject({
      headers: { 'content-type': 'application/health+json' },
      json: { status: 'pass' },
    })
  })

  it('serves below another path when told to', async () => {
    const { ask } = setUp({ checks }, { basePath: '/internal/status' })
    expect((await ask('/internal/status/ready'))?.status).toBe(200)
    expect(await ask('/health')).toBeUndefined()
  })
})

describe('keys', () => {
  const digest = (key: string) => `sha256:${createHash('sha256').update(key).digest('hex')}`
  const detailed = async (keys: readonly (string | undefined)[], headers: Readonly<Record<string, string>>) =>
    (await setUp({ checks: { a: () => healthy() } }, { keys }).ask('/health', headers))?.json.checks !== undefined

  it.each([
    ['as X-API-Key', { 'x-api-key': KEY }],
    ['as bearer', { authorization: `Bearer ${KEY}` }],
    ['as bearer in lower case', { authorization: `bearer ${KEY}` }],
    ["beside a gateway's own", { 'x-api-key': 'no', authorization: `Bearer ${KEY}` }],
  ])('S1: is taken %s, plain or as a digest, any of several', async (_, headers) => {
    expect(await detailed([KEY], headers)).toBe(true)
    expect(await detailed([digest(KEY)], headers)).toBe(true)
    expect(await detailed(['old', undefined, digest('older'), KEY], headers)).toBe(true)
    expect(await detailed([digest(KEY).toUpperCase().replace('SHA256', 'sha256')], headers)).toBe(true)
  })

  it.each([
    ['wrong', [KEY], { 'x-api-key': 'open-sesamE' }],
    ['empty', [KEY], { 'x-api-key': '' }],
    ['empty, with an empty key set', ['', undefined], { 'x-api-key': '' }],
    ['absent', [KEY], {}],
    ['the digest itself', [digest(KEY)], { 'x-api-key': digest(KEY) }],
    ['of another scheme', [KEY], { authorization: `Basic ${KEY}` }],
    ['too long', [KEY], { 'x-api-key': KEY.repeat(100) }],
  ])('S1: one that is %s opens nothing', async (_, keys, headers) => {
    expect(await detailed(keys, headers)).toBe(false)
  })

  it('S1: works the same without node:crypto, by Web Crypto', async () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
    try {
      expect(await detailed([digest('old'), KEY], withKey)).toBe(true)
      expect(await detailed([digest(KEY)], withKey)).toBe(true)
      expect(await detailed([KEY], { 'x-api-key': 'no' })).toBe(false)
    } finally {
      vi.restoreAllMocks()
    }
  })

  it('refuses what is malformed, at once', () => {
    const health = createHealth()
    expect(() => createHandler(health, { keys: [KEY, 'sha256:abc'] })).toThrow(/keys\[1\].*64 hexadecimal/)
    expect(() => createHandler(health, { basePath: 'health/' })).toThrow(/basePath.*"health\/"/)
    const bare = { access: { addresses: ['10.0.0.0/8'] } } as object
    expect(() => createHandler(health, bare)).toThrow('access: is not made by allow of hale/http/allow')
    const misspelt = { path: '/status', keys: 'open-sesame' } as object
    expect(() => createHandler(health, misspelt)).toThrow(
      'path: there is no such option; there are keys, access, basePath, formats, metrics\n  - keys: is not a list, such as [process.env',
    )
  })
})

describe('the rendered answer', () => {
  it('E5: is the same object until something is recorded, at once and without a promise', async () => {
    const { ask, clock, handler, request } = setUp({ checks: { a: { check: () => healthy(), every: '10s' } } })
    await ask('/health')
    const kept = handler.answer(request('/health'))
    expect(kept).not.toBeInstanceOf(Promise)
    await clock.advance('9s')
    expect(handler.answer(request('/health?probe=kubelet'))).toBe(kept)
    await clock.advance('1s')
    expect(handler.answer(request('/health'))).not.toBe(kept)
  })

  it('E5: twenty requests at once wait for one run and share one answer', async () => {
    const check = scriptedCheck(['hang'])
    const { handler, request } = setUp({ checks: { a: check } })
    const answers = Array.from({ length: 20 }, async () => handler.answer(request('/health')))
    check.release()
    const [first, ...others] = await Promise.all(answers)
    for (const other of others) expect(other).toBe(first)
    expect(check.runs).toBe(1)
  })

  it('with the key is made anew each second, for it shows ages', async () => {
    const { ask, clock } = setUp({ checks: { a: { check: () => healthy(), every: '1m' } } })
    const age = async () => (await ask('/health', withKey))?.json.checks.a.ageMs
    expect(await age()).toBe(0)
    await clock.advance(999)
    expect(await age()).toBe(0)
    await clock.advance(1)
    expect(await age()).toBe(1_000)
  })

  it('E2: grows stale by itself, though nothing is recorded', async () => {
    const { ask, clock, health } = setUp({ checks: { a: { check: () => healthy(), impact: 'fails' } } })
    expect((await ask('/health'))?.status).toBe(200)
    await health.close()
    await clock.advance('31s')
    expect((await ask('/health'))?.status).toBe(200)
    await clock.advance('1s')
    expect(await ask('/health')).toMatchObject({ status: 503, json: { status: 'unknown' } })
  })

  it('E5: on request, is kept for a period, and then costs one run', async () => {
    const check = scriptedCheck(['healthy', 'unhealthy'])
    const { ask, clock } = setUp({ mode: 'on-request', checks: { a: { check, impact: 'fails', every: '5s' } } })
    await Promise.all([ask('/health'), ask('/health', withKey), ask('/health/ready')])
    await clock.advance(4_999)
    expect((await ask('/health'))?.status).toBe(200)
    expect(check.runs).toBe(1)
    await clock.advance(1)
    expect((await ask('/health'))?.status).toBe(503)
    expect(check.runs).toBe(2)
  })

  it('E13: what one caller sees never reaches another: key, format and endpoint are apart', async () => {
    const { ask } = setUp({ checks: { a: () => healthy('all is well') } })
    await ask('/health', withKey)
    expect((await ask('/health'))?.body).toBe('{"status":"healthy"}')
    expect((await ask('/health', { accept: 'application/health+json' }))?.body).toBe('{"status":"pass"}')
    expect((await ask('/health', { ...withKey }))?.body).toContain('all is well')
  })

  it('E16: liveness is answered while another check hangs', async () => {
    const { ask, handler, request } = setUp({ checks: { hung: scriptedCheck(['hang']) } })
    expect(handler.answer(request('/health'))).toBeInstanceOf(Promise)
    expect((await ask('/health/live'))?.status).toBe(200)
  })
})

describe('fetch', () => {
  it('takes a Request and gives a Response', async () => {
    const { handler } = setUp({ checks: { a: () => healthy() } })
    const response = await handler.fetch(new Request('http://example.test/health?x=1', { headers: withKey }))
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toMatchObject({ status: 'healthy', checks: { a: { status: 'healthy' } } })
  })

  it('E14: answers HEAD without a body, and 404 to other paths', async () => {
    const { handler } = setUp({ checks: {} })
    const head = await handler.fetch(new Request('http://example.test/health', { method: 'HEAD' }))
    expect([head.status, await head.text(), head.headers.get('content-length')]).toEqual([200, '', '20'])
    expect((await handler.fetch(new Request('http://example.test/'))).status).toBe(404)
  })
})
