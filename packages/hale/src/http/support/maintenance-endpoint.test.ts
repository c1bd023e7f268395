import { describe, expect, it } from 'vitest'
import { createHealth } from '../../core/create-health.ts'
import { createFakeClock } from '../../testing/fake-clock.ts'
import { scriptedCheck } from '../../testing/scripted-check.ts'
import { createHandler } from '../handler.ts'

const [ADMIN, READER] = ['admin-key-of-length', 'reader-key-of-length']

function setUp() {
  const clock = createFakeClock()
  const health = createHealth({ clock, random: () => 0, checks: { db: { check: scriptedCheck(['healthy']) } } })
  const handler = createHandler(health, { keys: [{ key: ADMIN, scope: 'admin' }, READER] })
  const ask = async (
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = { 'x-api-key': ADMIN },
  ) => {
    const response = await handler.fetch(new Request(`http://app.test/health${path}`, { method, headers }))
    return { status: response.status, retryAfter: response.headers.get('retry-after'), json: await response.json() }
  }
  return { ask, clock, health }
}

describe('maintenance by request', () => {
  it('begins, answers 503 with Retry-After, counts down, and ends by itself', async () => {
    const { ask, clock } = setUp()
    expect(await ask('POST', '/maintenance?message=new%20version&for=90s')).toEqual({
      status: 200,
      retryAfter: null,
      json: {
        maintenances: [
          { message: 'new version', since: '2026-01-01T00:00:00.000Z', until: '2026-01-01T00:01:30.000Z' },
        ],
      },
    })
    expect(await ask('GET', '/ready')).toMatchObject({
      status: 503,
      retryAfter: '90',
      json: { message: 'new version' },
    })
    await clock.advance('60s')
    expect(await ask('GET', '/ready')).toMatchObject({ status: 503, retryAfter: '30' })
    expect(await ask('GET', '/live')).toMatchObject({ status: 200 })
    await clock.advance('30s')
    expect(await ask('GET', '/ready')).toMatchObject({ status: 200, retryAfter: null })
  })

  it('of one check, is replaced by the next and ended by DELETE; what code began stays', async () => {
    const { ask, health } = setUp()
    health.maintenance({ message: 'by code' })
    await ask('POST', '/maintenance?check=db&message=first')
    const second = await ask('POST', '/maintenance?check=db&until=2026-01-01T04:00:00Z')
    expect(second.json.maintenances).toMatchObject([
      { message: 'by code' },
      { check: 'db', message: 'In maintenance.', until: '2026-01-01T04:00:00.000Z' },
    ])
    expect((await ask('GET', '/checks/db')).json).toMatchObject({ status: 'maintenance' })
    expect((await ask('DELETE', '/maintenance')).json.maintenances).toHaveLength(2)
    expect((await ask('DELETE', '/maintenance?check=db')).json.maintenances).toHaveLength(1)
    expect((await ask('GET', '/checks/db')).json).toMatchObject({ status: 'healthy' })
  })

  it('S7: needs the right to control, whatever the method', async () => {
    const { ask, health } = setUp()
    for (const method of ['GET', 'POST', 'DELETE', 'PUT']) {
      for (const headers of [{}, { 'x-api-key': READER }, { 'x-api-key': 'wrong' }]) {
        expect(await ask(method, '/maintenance?for=1h', headers as Record<string, string>)).toMatchObject({
          status: 403,
          json: { error: 'FORBIDDEN' },
        })
      }
    }
    expect(health.maintenances).toEqual([])
  })

  it("S3: does not do another site's bidding", async () => {
    const { ask, health } = setUp()
    const from = (origin: string) => ({ 'x-api-key': ADMIN, host: 'app.test', origin })
    for (const origin of ['https://evil.test', 'null', 'http://app.test:81']) {
      expect(await ask('POST', '/maintenance', from(origin))).toMatchObject({ status: 403 })
    }
    expect(health.maintenances).toEqual([])
    expect(await ask('POST', '/maintenance', from('http://app.test'))).toMatchObject({ status: 200 })
    // The browser knows its own site, also where a proxy asks by another host.
    const proxied = { ...from('https://app.test'), host: 'app.internal:8080', 'sec-fetch-site': 'same-origin' }
    expect(await ask('POST', '/maintenance', proxied)).toMatchObject({ status: 200 })
  })

  it.each([
    ['POST', '?check=dv', 400],
    ['POST', '?for=soon', 400],
    ['POST', '?until=tomorrow', 400],
    ['POST', '?until=2020-01-01T00:00:00Z', 400],
    ['POST', '?for=1h&until=2026-01-02T00:00:00Z', 400],
    ['POST', '?fro=1h', 400],
    ['PUT', '', 405],
  ])('S9: %s %s is %i, and changes nothing', async (method, query, status) => {
    const { ask, health } = setUp()
    await ask('POST', '/maintenance?message=before')
    expect(await ask(method, `/maintenance${query}`)).toMatchObject({ status, json: { error: expect.any(String) } })
    expect(health.maintenances).toMatchObject([{ message: 'before' }])
  })
})
