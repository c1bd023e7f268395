import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { asker, askOnce } from '../../../../test/harness/ask.ts'
import { expectFaultsFound, OVER_HTTP } from '../../../../test/harness/expect-check.ts'
import { createHealth } from '../core/create-health.ts'
import { healthy } from '../core/result.ts'
import { STATUSES } from '../core/status.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { statusPage } from './status-page.ts'
import { readStatusPage } from './support/status-page.ts'

/** As https://www.githubstatus.com/api/v2/summary.json has it, shortened. */
const summary = (indicator: string, over: Readonly<Record<string, unknown>> = {}): unknown => ({
  page: {
    id: 'kctbh9vrtdwd',
    name: 'GitHub',
    url: 'https://www.githubstatus.com',
    time_zone: 'Etc/UTC',
    updated_at: '2020-01-01T00:00:00.000Z',
  },
  components: [
    component('8l4ygp009s5s', 'Git Operations', 'operational'),
    component('br0l2tvcx85d', 'Actions', 'operational'),
    component('4230lsnqdsld', 'Webhooks', 'operational'),
  ],
  incidents: [],
  scheduled_maintenances: [],
  status: { indicator, description: 'In words' },
  ...over,
})
const component = (id: string, name: string, status: string): unknown => ({
  id,
  name,
  status,
  created_at: '2017-01-31T20:05:05.370Z',
  updated_at: '2026-03-02T09:11:04.114Z',
  position: 1,
  description: null,
  showcase: false,
  start_date: null,
  group_id: null,
  page_id: 'kctbh9vrtdwd',
  group: false,
  only_show_if_degraded: false,
})
const incident = (name: string, status: string, components: readonly unknown[] = []): unknown => ({
  id: 'n1v36nqzhbkz',
  name,
  status,
  impact: 'major',
  created_at: '2026-03-02T09:11:04.070Z',
  resolved_at: null,
  shortlink: 'https://stspg.io/n1v36nqzhbkz',
  incident_updates: [],
  components,
})

let server: Server
let url: string
let document: unknown
let status: number
let answered: { readonly path: string; readonly status: number; readonly headers: IncomingHttpHeaders }[]
beforeEach(async () => {
  document = summary('none')
  status = 200
  answered = []
  server = createServer((request, response) => {
    if (request.url?.startsWith('/silent') === true) return
    const body = typeof document === 'string' ? document : JSON.stringify(document)
    const etag = `W/"${createHash('md5').update(body).digest('hex')}"`
    const isKnown = status === 200 && request.headers['if-none-match'] === etag
    answered.push({ path: request.url ?? '', status: isKnown ? 304 : status, headers: request.headers })
    response.writeHead(isKnown ? 304 : status, { etag, 'content-type': 'application/json' }).end(isKnown ? '' : body)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => server.close().closeAllConnections())

describe('status-page', () => {
  it.each(
    checkConformance({
      name: 'status-page',
      healthy: () => statusPage({ url, headers: { authorization: 'a-very-secret-key' } }),
      broken: () => statusPage({ url: 'http://127.0.0.1:1', headers: { authorization: 'a-very-secret-key' } }),
      silent: () => statusPage({ url: `${url}/silent` }),
      secrets: ['a-very-secret-key'],
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it.each([
    ['none', 'healthy', undefined],
    ['minor', 'degraded', 'REPORTED_DEGRADED'],
    ['major', 'unhealthy', 'REPORTED_UNHEALTHY'],
    ['critical', 'unhealthy', 'REPORTED_UNHEALTHY'],
    ['maintenance', 'maintenance', undefined],
    ['splendid', 'unknown', 'REPORTED_UNKNOWN'],
  ])('reads %s as %s', async (indicator, expected, code) => {
    document = summary(indicator)
    const result = await askOnce(statusPage({ url }))
    expect([result.status, result.code]).toEqual([expected, code])
    expect(result).toMatchObject({ observed: { value: 0, unit: 'incidents' }, data: { page: indicator } })
  })

  it('names what the page says is wrong, and what it is called there', async () => {
    const broken = component('br0l2tvcx85d', 'Actions', 'partial_outage')
    document = summary('major', {
      components: [component('8l4ygp009s5s', 'Git Operations', 'operational'), broken],
      incidents: [incident('Runners start late', 'investigating', [broken]), incident('An old one', 'resolved')],
    })
    expect(await askOnce(statusPage({ url }))).toMatchObject({
      status: 'unhealthy',
      code: 'COMPONENT_UNHEALTHY',
      message: `GitHub says it is unhealthy: Actions is partial outage, Runners start late. See ${url}.`,
      observed: { value: 1, unit: 'incidents' },
    })
  })

  it('counts nothing but the components that are asked for, by name or identifier, and shows them below', async () => {
    const [git, actions] = [
      component('8l4ygp009s5s', 'Git Operations', 'degraded_performance'),
      component('br0l2tvcx85d', 'Actions', 'major_outage'),
    ]
    document = summary('critical', {
      components: [git, actions, component('4230lsnqdsld', 'Webhooks', 'operational')],
      incidents: [incident('Runners start late', 'identified', [actions])],
    })
    expect(await askOnce(statusPage({ url, components: ['Webhooks'] }))).toEqual({
      status: 'healthy',
      message: 'GitHub says it is healthy.',
      observed: { value: 0, unit: 'incidents' },
      data: { page: 'critical', incidents: [], maintenances: [] },
      checks: { Webhooks: { status: 'healthy', message: 'The page says operational.' } },
    })
    expect(await askOnce(statusPage({ url, components: ['8l4ygp009s5s', 'Webhooks'] }))).toMatchObject({
      status: 'degraded',
      code: 'COMPONENT_UNHEALTHY',
      checks: { 'Git Operations': { status: 'degraded' }, Webhooks: { status: 'healthy' } },
    })
    expect(await askOnce(statusPage({ url, components: ['Git Operations', 'Actions'] }))).toMatchObject({
      status: 'unhealthy',
      observed: { value: 1, unit: 'incidents' },
    })
  })

  it('tells components of one name apart', async () => {
    document = summary('minor', {
      components: [component('eu', 'API', 'operational'), component('us', 'API', 'degraded_performance')],
    })
    expect(await askOnce(statusPage({ url, components: ['API'] }))).toMatchObject({
      status: 'degraded',
      checks: { 'API (eu)': { status: 'healthy' }, 'API (us)': { status: 'degraded' } },
    })
  })

  it('says so when a component is no longer on the page', async () => {
    expect(await askOnce(statusPage({ url, components: ['Actions', 'Pages'] }))).toMatchObject({
      status: 'unknown',
      code: 'COMPONENT_MISSING',
      message: expect.stringContaining('says nothing of Pages'),
    })
  })

  it('is in maintenance when a component is, and nothing is worse', async () => {
    document = summary('maintenance', {
      components: [component('a', 'Actions', 'under_maintenance'), component('w', 'Webhooks', 'operational')],
      scheduled_maintenances: [incident('New racks', 'in_progress'), incident('Next week', 'scheduled')],
    })
    expect(await askOnce(statusPage({ url, components: ['Actions', 'Webhooks'] }))).toMatchObject({
      status: 'maintenance',
      data: { maintenances: ['New racks'] },
    })
  })

  it('believes a page that nobody has edited for years: that says nothing of its age', async () => {
    expect(await askOnce(statusPage({ url }))).toMatchObject({ status: 'healthy' })
  })

  it.each([
    [
      'status.json',
      { page: { name: 'Shop' }, status: { indicator: 'minor', description: 'Partially Degraded' } },
      'degraded',
    ],
    ['components.json', { page: { name: 'Shop' }, components: [component('a', 'API', 'partial_outage')] }, 'unhealthy'],
    [
      'summary.json of incident.io',
      {
        page: { id: '01JMD', name: 'Shop', url: 'https://status.example.com', updated_at: '2026-01-01T00:00:00Z' },
        status: { description: 'Full outage', indicator: 'critical' },
        components: [{ id: '01JM1', name: 'API', status: 'full_outage', position: 1 }],
      },
      'unhealthy',
    ],
    [
      'summary.json of Instatus',
      {
        page: { name: 'Shop', url: 'https://status.example.com', status: 'HASISSUES' },
        activeIncidents: [{ name: 'Slow', started: '…', status: 'INVESTIGATING', impact: 'MAJOROUTAGE', url: '…' }],
        activeMaintenances: [{ name: 'Later', start: '…', status: 'NOTSTARTEDYET', duration: '60', url: '…' }],
      },
      'degraded',
    ],
  ])('reads %s', async (_what, given, expected) => {
    document = given
    const path = '/some/where.json?page=1'
    expect(await askOnce(statusPage({ url: `${url}${path}` }))).toMatchObject({ status: expected })
    expect(answered.map((each) => each.path)).toEqual([path])
  })

  it('E12: asks over one connection, and is given the document again only when it changed', async () => {
    const check = statusPage({ url: `${url}/page/` })
    const ask = asker(check)
    let connections = 0
    server.on('connection', () => connections++)
    for (let run = 0; run < 3; run++) expect((await ask()).value.status).toBe('healthy')
    document = summary('minor')
    expect((await ask()).value.status).toBe('degraded')
    expect((await ask()).value.status).toBe('degraded')
    expect(answered.map((each) => each.status)).toEqual([200, 304, 304, 200, 304])
    expect(connections).toBe(1)
    expect(answered[0]).toMatchObject({ path: '/page/api/v2/summary.json', headers: { 'health-hop': '1' } })
    await check.close?.()
  })

  it('E17: fails nothing unless it is told to', async () => {
    document = summary('critical')
    await using health = createHealth({
      mode: 'on-request',
      checks: { github: statusPage({ url }), own: () => healthy() },
    })
    expect(await health.report()).toMatchObject({
      status: 'healthy',
      checks: { github: { status: 'unhealthy', impact: 'informs' } },
    })
  })

  it.each([
    ['HTML', 200, '<html>Sign in</html>', 'NOT_A_DOCUMENT'],
    ['other JSON', 200, '{"orders":[]}', 'NOT_A_DOCUMENT'],
    ['a page that is not there', 404, '{}', 'HTTP_STATUS'],
    ['that it asks too often', 429, summary('none'), 'HTTP_STATUS'],
  ])('claims nothing of the supplier when it is given %s', async (_what, code, given, expected) => {
    status = code
    document = given
    expect(await askOnce(statusPage({ url }))).toMatchObject({ status: 'unknown', code: expected })
  })

  it('E3: detects whatever the way to the page does, and is back as soon as it is', async () => {
    const { port } = server.address() as AddressInfo
    await expectFaultsFound(
      {
        server: { host: '127.0.0.1', port },
        check: (at) => statusPage({ url: `http://127.0.0.1:${at}` }),
      },
      OVER_HTTP,
    )
  })

  it('refuses what cannot work, all at once, and shows no URL that may hold a password', () => {
    const options = { url: 'ftp://app:hunter2@x', components: [''] }
    expect(() => statusPage(options)).toThrow(/url: must be.*\n.*components: \[""\] is not/)
    expect(() => statusPage(options)).not.toThrow(/hunter2/)
  })
})

describe('reading a status page', () => {
  const words = fc.oneof(fc.string(), fc.constantFrom('operational', 'MAJOROUTAGE', 'none', 'resolved'), fc.jsonValue())
  const lists = fc.oneof(
    fc.array(
      fc.oneof(fc.record({ id: words, name: words, status: words, components: fc.jsonValue() }), fc.jsonValue()),
    ),
    fc.jsonValue(),
  )

  it('S9: never throws, shows one line a name, and knows no words but the statuses', () => {
    fc.assert(
      fc.property(
        fc.record({ page: words, status: fc.record({ indicator: words }), components: lists, incidents: lists }),
        (given) => {
          const page = readStatusPage(JSON.stringify(given))
          const said = [page?.whole, ...(page?.components ?? [])].filter((each) => each !== undefined)
          for (const each of said) expect(STATUSES).toContain(each.status)
          for (const { name } of page?.incidents ?? []) expect(name).toMatch(/^\P{Cc}{1,200}$/u)
        },
      ),
    )
    fc.assert(fc.property(fc.string(), (text) => readStatusPage(text) === undefined))
  })
})
