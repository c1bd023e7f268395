import {
  incident,
  incidentDetail,
  notification,
  overview,
  page,
  problem,
  sampleSeries,
  target,
  targetSummary,
} from '@hale/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aTarget } from '../../test/builders.ts'
import { serve, type Serving } from '../../test/serve.ts'

const refused = { status: 'unhealthy', code: 'CONNECTION_REFUSED' } as const
const database = { name: 'postgres-main', durationMs: 1, impact: 'fails', runbook: undefined, result: refused } as const

describe('the API', () => {
  let serving: Serving
  const probed: string[] = []
  const json = async (path: string): Promise<unknown> => (await serving.ask(path)).json()

  beforeAll(async () => {
    serving = await serve([aTarget({ id: 'payments' }), aTarget({ id: 'orders' }), aTarget({ id: 'legacy' })], {
      probeNow: (id) => {
        probed.push(id)
        return id !== 'legacy'
      },
    })
    await serving.probe({ payments: { durationMs: 20 }, orders: { durationMs: 5 }, legacy: {} })
    await serving.probe({
      payments: {
        result: { status: 'unhealthy', code: 'COMPONENT_UNHEALTHY' },
        durationMs: 40,
        components: [database],
      },
      orders: { result: refused },
    })
  })
  afterAll(() => serving[Symbol.asyncDispose]())

  it('gives the overview as the contract has it', async () => {
    expect(overview.parse(await json('/api/v1/overview'))).toMatchObject({
      status: 'unhealthy',
      sentence: expect.stringMatching(
        /^2 of 3 unhealthy: (?:payments since \d\d:\d\d, because postgres-main|orders since \d\d:\d\d, because it) refused the connection; also/u,
      ),
      counts: { healthy: 1, unhealthy: 2 },
      monitor: { version: '1.2.3', storage: 'ok' },
    })
    const { items } = page(targetSummary).parse(await json('/api/v1/targets'))
    expect(items.map(({ id }) => id).toSorted()).toEqual(['legacy', 'orders', 'payments'])
  })

  it('gives a target with its components, and the samples of both', async () => {
    expect(target.parse(await json('/api/v1/targets/payments'))).toMatchObject({
      id: 'payments',
      status: 'unhealthy',
      componentList: [{ name: 'postgres-main', code: 'CONNECTION_REFUSED' }],
      incidentId: expect.any(String),
    })
    const own = sampleSeries.parse(await json('/api/v1/targets/payments/samples'))
    expect(own.source).toBe('samples')
    expect(own.points.reduce((sum, { count }) => sum + count, 0)).toBe(2)
    expect(own.points.reduce((sum, { failed }) => sum + failed, 0)).toBe(1)
    expect(own.points.at(-1)?.max).toBeCloseTo(40, 0)
    const part = sampleSeries.parse(await json('/api/v1/targets/payments/samples?component=postgres-main'))
    expect(part.points).toMatchObject([{ count: 1, failed: 1 }])
    const long = `from=${Date.now() - 30 * 86_400_000}`
    const hours = sampleSeries.parse(await json(`/api/v1/targets/payments/samples?${long}`))
    expect(hours).toMatchObject({ source: 'hours', points: [{ count: 2 }] })
  })

  it('gives incidents, their stories and their notifications, page by page', async () => {
    const first = page(incident).parse(await json('/api/v1/incidents?open=true&limit=1'))
    // Both opened in one tick: they stay on one page.
    expect(first.items.map(({ targetId }) => targetId).toSorted()).toEqual(['orders', 'payments'])
    const ofPayments = page(incident).parse(await json('/api/v1/incidents?target=payments'))
    expect(ofPayments.items).toMatchObject([
      { targetName: 'payments', severity: 'critical', component: 'postgres-main', code: 'CONNECTION_REFUSED' },
    ])
    const id = ofPayments.items[0]?.id ?? ''
    expect(incidentDetail.parse(await json(`/api/v1/incidents/${id}`))).toMatchObject({ events: [{ kind: 'opened' }] })
    expect(page(notification).parse(await json(`/api/v1/notifications?incident=${id}&status=pending`))).toMatchObject({
      items: [{ incidentId: id, channel: 'ops', kind: 'firing', status: 'pending', attempts: [] }],
      next: null,
    })
  })

  it('probes on demand', async () => {
    const headers = { 'x-api-key': serving.key }
    const answer = await serving.ask('/api/v1/targets/orders/probe', { method: 'POST', headers })
    expect(answer.status).toBe(202)
    expect((await serving.ask('/api/v1/targets/legacy/probe', { method: 'POST', headers })).status).toBe(404)
    expect((await serving.ask('/api/v1/targets/nobody/probe', { method: 'POST', headers })).status).toBe(404)
    expect(probed).toEqual(['orders', 'legacy'])
  })

  it.each([
    [404, 'NOT_FOUND', '/api/v1/targets/nobody'],
    [404, 'NOT_FOUND', '/api/v1/targets/nobody/samples'],
    [404, 'NOT_FOUND', '/api/v1/targets/payments/samples?component=nothing'],
    [404, 'NOT_FOUND', '/api/v1/incidents/9-9'],
    [404, 'NOT_FOUND', '/api/v1/nothing'],
    [404, 'NOT_FOUND', '/missing.js'],
    [400, 'INVALID_REQUEST', '/api/v1/incidents?limit=1000'],
    [400, 'INVALID_REQUEST', '/api/v1/incidents?before=soon'],
    [400, 'INVALID_REQUEST', '/api/v1/targets/payments/samples?from=5&to=4'],
    [400, 'INVALID_REQUEST', '/api/v1/targets/payments/samples?from=0'],
  ])('answers %d %s to GET %s, in the contract’s shape', async (status, code, path) => {
    const answer = await serving.ask(path)
    expect(answer.status).toBe(status)
    expect(problem.parse(await answer.json()).error.code).toBe(code)
  })

  it('describes every route of its own in OpenAPI 3.1', async () => {
    const document = (await (await fetch(`${serving.url}/api/openapi.json`)).json()) as {
      readonly openapi: string
      readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly security: unknown }>>>>
    }
    expect(document.openapi).toBe('3.1.0')
    expect(
      Object.entries(document.paths)
        .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
        .toSorted(),
    ).toEqual([
      'delete /api/v1/session',
      'delete /api/v1/sessions',
      'get /api/v1/incidents',
      'get /api/v1/incidents/{id}',
      'get /api/v1/notifications',
      'get /api/v1/overview',
      'get /api/v1/session',
      'get /api/v1/stream',
      'get /api/v1/targets',
      'get /api/v1/targets/{id}',
      'get /api/v1/targets/{id}/samples',
      'post /api/v1/session',
      'post /api/v1/targets/{id}/probe',
    ])
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/(?<path>[^"]+)"/gu)
    for (const { groups } of references) {
      const found = groups?.['path']
        ?.split('/')
        .reduce<unknown>((part, name) => (part as Record<string, unknown>)?.[name], document)
      expect(found).toBeDefined()
    }
    expect(document.paths['/api/v1/session']?.['post']?.security).toEqual([])
  })
})

describe('its own health', () => {
  it('is the library’s: status for everybody, the report with a key', async () => {
    const serving = await serve([aTarget({ id: 'payments' })])
    const bare = await fetch(`${serving.url}/health`)
    expect([bare.status, await bare.json()]).toEqual([200, { status: 'healthy' }])
    expect(await (await serving.ask('/health')).json()).toMatchObject({
      service: { name: 'hale', version: '1.2.3' },
      checks: {
        storage: { status: 'healthy' },
        probes: { status: 'healthy' },
        disk: { kind: 'disk' },
        'event-loop': {},
      },
    })
    const probes = ['live', 'ready', 'startup'].map(
      async (probe) => (await fetch(`${serving.url}/health/${probe}`)).status,
    )
    expect(await Promise.all(probes)).toEqual([200, 200, 200])
    const head = await fetch(`${serving.url}/health`, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '20'])
    expect((await serving.ask('/health/checks/nothing')).status).toBe(404)
    expect((await fetch(`${serving.url}/health`, { method: 'DELETE' })).status).toBe(405)
    await serving[Symbol.asyncDispose]()
  })
})
