import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { asker, askOnce } from '../../../../test/harness/ask.ts'
import { expectFaultsFound, OVER_HTTP } from '../../../../test/harness/expect-check.ts'
import { createHealth } from '../core/create-health.ts'
import { degraded, unhealthy } from '../core/result.ts'
import { healthHandler } from '../http/node.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { health } from './health.ts'

let server: Server
let url: string
let answer: { status: number; type?: string; body: string } = { status: 200, body: '' }
let asked: IncomingHttpHeaders[] = []
beforeEach(async () => {
  asked = []
  answer = { status: 200, body: JSON.stringify({ status: 'UP', components: { db: { status: 'UP' } } }) }
  server = createServer((request, response) => {
    asked.push(request.headers)
    if (request.url === '/silent') return
    response.writeHead(answer.status, { 'content-type': answer.type ?? 'application/json' }).end(answer.body)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`
})
afterEach(() => server.close().closeAllConnections())

const silentUrl = (): string => url.replace('/health', '/silent')

describe('health', () => {
  it.each(
    checkConformance({
      name: 'health',
      healthy: () => health({ url, key: 'a-very-secret-key' }),
      broken: () => health({ url: 'http://127.0.0.1:1/health', key: 'a-very-secret-key' }),
      silent: () => health({ url: silentUrl() }),
      secrets: ['a-very-secret-key'],
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it.each([
    ['spring-boot', { status: 'UP', components: { db: { status: 'UP' }, disk: { status: 'UP' } } }, ['db', 'disk']],
    ['microprofile', { status: 'UP', checks: [{ name: 'db', status: 'UP', data: {} }] }, ['db']],
    [
      'aspnet-ui',
      {
        status: 'Healthy',
        totalDuration: '00:00:00.1',
        entries: { db: { status: 'Healthy', data: {}, duration: '00:00:00.1', tags: [] } },
      },
      ['db'],
    ],
    ['health+json', { status: 'pass', checks: { 'db:responseTime': [{ status: 'pass' }] } }, ['db:responseTime']],
  ] as const)('reads a document of %s, and shows its components below', async (_, document, names) => {
    answer.body = JSON.stringify(document)
    const result = await askOnce(health({ url }))
    expect(result).toMatchObject({ status: 'healthy', observed: { unit: 'ms' }, data: { format: expect.any(String) } })
    expect(Object.keys(result.checks ?? {})).toEqual(names)
  })

  it('names what is wrong, with its status, and keeps the whole', async () => {
    answer = {
      status: 503,
      body: JSON.stringify({ status: 'DOWN', components: { db: { status: 'DOWN' }, disk: { status: 'UP' } } }),
    }
    const result = await askOnce(health({ url }))
    expect(result).toMatchObject({
      status: 'unhealthy',
      code: 'COMPONENT_UNHEALTHY',
      checks: { db: { status: 'unhealthy' } },
    })
    expect(result.message).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/health says unhealthy: db is unhealthy\. See there\.$/)
  })

  it.each([
    ['UP', 'healthy', undefined],
    ['DOWN', 'unhealthy', 'REPORTED_UNHEALTHY'],
    ['UNKNOWN', 'unknown', 'REPORTED_UNKNOWN'],
  ])('says what a document without components says: %s', async (word, status, code) => {
    answer = { status: 200, body: JSON.stringify({ status: word }) }
    const result = await askOnce(health({ url }))
    expect([result.status, result.code]).toEqual([status, code])
  })

  it('takes over the codes that a format knows', async () => {
    const status = {
      installed: true,
      maintenance: false,
      needsDbUpgrade: true,
      version: '30.0.0.1',
      productname: 'Nextcloud',
    }
    answer = { status: 200, body: JSON.stringify(status) }
    expect(await askOnce(health({ url }))).toMatchObject({ status: 'unhealthy', code: 'MIGRATIONS_PENDING' })
  })

  it('names three at most', async () => {
    const components = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`part-${index}`, { status: 'DOWN' }]),
    )
    answer = { status: 503, body: JSON.stringify({ status: 'DOWN', components }) }
    expect((await askOnce(health({ url }))).message).toContain('part-2 is unhealthy and 17 more')
  })

  it('reads a real document of Hale, whole with the key and terse without', async () => {
    await using other = createHealth({
      logger: { error: () => {} },
      checks: {
        db: () => unhealthy('POOL_EXHAUSTED', 'No connection came free.'),
        cache: () => degraded('SLOW', 'slow'),
      },
    })
    const own = createServer(healthHandler(other, { keys: ['a-long-key-for-tests'] }))
    await once(own.listen(0, '127.0.0.1'), 'listening')
    const address = `http://127.0.0.1:${(own.address() as AddressInfo).port}/health`
    const whole = await askOnce(health({ url: address, key: 'a-long-key-for-tests' }))
    expect(whole).toMatchObject({
      status: 'degraded',
      data: { format: 'health+json', certainty: 'certain' },
      checks: { db: { code: 'POOL_EXHAUSTED' }, cache: { status: 'degraded' } },
    })
    expect(whole.message).toContain('db is unhealthy (No connection came free), cache is degraded')
    const terse = await askOnce(health({ url: address }))
    expect(terse).toMatchObject({ status: 'degraded', code: 'REPORTED_DEGRADED', checks: {} })
    own.close().closeAllConnections()
  })

  it('E12: marks the hop, and asks over one connection for all runs', async () => {
    const check = health({ url })
    const ask = asker(check)
    let connections = 0
    server.on('connection', () => connections++)
    for (let run = 0; run < 5; run++) expect((await ask()).value.status).toBe('healthy')
    expect(connections).toBe(1)
    expect(asked.map((headers) => headers['health-hop'])).toEqual(['1', '1', '1', '1', '1'])
    await check.close?.()
  })

  it.each([
    ['HTML', { status: 200, type: 'text/html', body: '<html>Sign in</html>' }, 'unknown', 'NOT_A_DOCUMENT'],
    ['other JSON', { status: 200, body: '{"orders":[]}' }, 'unknown', 'NOT_A_DOCUMENT'],
    ['an error page', { status: 502, type: 'text/html', body: '<html>Bad gateway</html>' }, 'unhealthy', 'HTTP_STATUS'],
    ['nothing', { status: 503, body: '' }, 'unhealthy', 'HTTP_STATUS'],
  ])('E7: says so when it is given %s', async (_, given, status, code) => {
    answer = given
    expect(await askOnce(health({ url }))).toMatchObject({ status, code })
  })

  it('reads no more than it is allowed to', async () => {
    answer.body = JSON.stringify({
      status: 'UP',
      components: { a: { status: 'UP', details: { text: 'x'.repeat(5_000) } } },
    })
    expect(await askOnce(health({ url, maxBodyBytes: 1_000 }))).toMatchObject({
      code: 'NOT_A_DOCUMENT',
      message: expect.stringContaining('cut off'),
    })
  })

  it('misses components that must be there', async () => {
    expect(await askOnce(health({ url, components: ['db'] }))).toMatchObject({ status: 'healthy' })
    expect(await askOnce(health({ url, components: ['db', 'queue'] }))).toMatchObject({
      status: 'unknown',
      code: 'COMPONENT_MISSING',
      message: expect.stringContaining('nothing of queue'),
    })
  })

  it.each([
    ['pass', 'unknown', 'COMPONENT_MISSING'],
    ['warn', 'unknown', 'COMPONENT_MISSING'],
    ['fail', 'unhealthy', 'REPORTED_UNHEALTHY'],
  ])(
    'E7: a component that vanished is unknown beside a whole that says %s, unless that is worse: %s',
    async (whole, status, code) => {
      const check = health({ url, components: ['queue'] })
      answer = {
        status: 200,
        type: 'application/health+json',
        body: JSON.stringify({ status: 'pass', checks: { queue: [{ status: 'pass' }] } }),
      }
      const ask = asker(check)
      expect((await ask()).value.status).toBe('healthy')
      answer = { ...answer, body: JSON.stringify({ status: whole, checks: { other: [{ status: 'pass' }] } }) }
      const { value } = await ask()
      expect([value.status, value.code]).toEqual([status, code])
      await check.close?.()
    },
  )

  it('misses no component of a service that is in maintenance', async () => {
    answer = { status: 503, body: '{"status":"maintenance"}' }
    expect(await askOnce(health({ url, components: ['queue'] }))).toMatchObject({ status: 'maintenance' })
  })

  it('shows what is there, and no longer what has vanished and need not be there', async () => {
    const check = health({ url })
    const ask = asker(check)
    expect(Object.keys((await ask()).value.checks ?? {})).toEqual(['db'])
    answer.body = JSON.stringify({ status: 'UP', components: { cache: { status: 'UP' } } })
    const { value } = await ask()
    expect([value.status, Object.keys(value.checks ?? {})]).toEqual(['healthy', ['cache']])
    await check.close?.()
  })

  it('E10: shows no secrets that the other service told', async () => {
    const details = { error: 'connect to postgres://app:hunter2hunter2@db/shop failed', password: 'hunter2hunter2' }
    answer = { status: 503, body: JSON.stringify({ status: 'DOWN', components: { db: { status: 'DOWN', details } } }) }
    await using own = createHealth({ mode: 'on-request', checks: { other: { check: health({ url }), timeout: '5s' } } })
    const shown = JSON.stringify(await own.report())
    expect(shown).toContain('"db"')
    expect(shown).not.toContain('hunter2')
  })

  it('judges the time by its limits', async () => {
    expect(await askOnce(health({ url, degraded: 0 }))).toMatchObject({ status: 'degraded', code: 'SLOW' })
    expect(await askOnce(health({ url, unhealthy: 0 }))).toMatchObject({ status: 'unhealthy', code: 'SLOW' })
  })

  it('E3: detects whatever the way to the service does, and is back as soon as it is', async () => {
    const { port } = server.address() as AddressInfo
    await expectFaultsFound(
      {
        server: { host: '127.0.0.1', port },
        check: (at) => health({ url: `http://127.0.0.1:${at}/health` }),
      },
      OVER_HTTP,
    )
  })

  it('refuses what cannot work, all at once, and shows no URL that may hold a password', () => {
    const options = { url: 'ftp://app:hunter2@x', maxBodyBytes: 0, components: [''] }
    expect(() => health(options)).toThrow(/url: must be.*\n.*maxBodyBytes: 0 is.*\n.*components: \[""\] is not/)
    expect(() => health(options)).not.toThrow(/hunter2/)
  })
})
