import { request } from 'node:http'
import fastify from 'fastify'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { aTarget } from '../../test/builders.ts'
import { serve, type Serving } from '../../test/serve.ts'
import { createAccess } from './access/access.ts'
import { digestOf } from './access/secret.ts'
import type { App } from './app.ts'
import { guard } from './guard.ts'
import type { ServerOptions } from './server.ts'

let serving: Serving
const start = async (server: Partial<ServerOptions['config']['server']> = {}): Promise<Serving> => {
  serving = await serve([aTarget({ id: 'payments' })], { server, probeNow: () => true })
  return serving
}
const jsonBody = (body: unknown): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
})
const cookieOf = (answer: Response): string => answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
const logIn = async (): Promise<string> =>
  cookieOf(await serving.ask('/api/v1/session', jsonBody({ key: serving.key })))
/** fetch does not let a Host header be set. */
const statusOf = (headers: Record<string, string>, path = '/api/v1/overview'): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const asked = request(`${serving.url}${path}`, { headers }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    asked.on('error', reject).end()
  })

describe('keys and sessions', () => {
  beforeAll(() => start())
  afterAll(() => serving[Symbol.asyncDispose]())

  it('S1: only the digest of a key is stored, and it is told apart from every other', async () => {
    const [record] = await serving.store.access.keys()
    expect(record).toMatchObject({ scope: 'admin', digest: digestOf(serving.key) })
    expect(JSON.stringify(record)).not.toContain(serving.key)
    for (const key of [
      '',
      'hale_',
      serving.key.slice(0, -1),
      `${serving.key}x`,
      serving.key.toUpperCase(),
      'x'.repeat(5_000),
    ]) {
      expect((await serving.ask('/api/v1/overview', { headers: { 'x-api-key': key } })).status).toBe(401)
    }
    const bearer = { authorization: `Bearer ${serving.key}` }
    expect((await serving.ask('/api/v1/overview', { headers: bearer })).status).toBe(200)
  })

  it('S1: several keys work at once, each with its scope, until it is removed', async () => {
    const { secret, record } = await serving.server.access.keys.add('grafana', 'read')
    const headers = { 'x-api-key': secret }
    expect((await serving.ask('/api/v1/overview', { headers })).status).toBe(200)
    expect((await serving.ask('/api/v1/targets/payments/probe', { method: 'POST', headers })).status).toBe(403)
    expect(await serving.server.access.keys.remove(record.id)).toBe(true)
    expect((await serving.ask('/api/v1/overview', { headers })).status).toBe(401)
    expect((await serving.ask('/api/v1/overview')).status).toBe(200)
  })

  it('opens a session from a key, and says who is logged in', async () => {
    const answer = await serving.ask('/api/v1/session', jsonBody({ key: serving.key }))
    expect(answer.status).toBe(200)
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^hale_session=[\w-]{43}; .*Path=\/; .*HttpOnly; SameSite=Strict$/u,
    )
    const session = await serving.ask('/api/v1/session', { headers: { cookie: cookieOf(answer) } })
    expect(await session.json()).toMatchObject({ scope: 'admin', via: 'session', expiresAt: expect.any(Number) })
    const wrong = await serving.ask('/api/v1/session', jsonBody({ key: 'hale_guess' }))
    expect(wrong.status).toBe(401)
    expect(wrong.headers.getSetCookie()).toEqual([])
  })

  it('S2: logging out ends the session, logging out everywhere ends all', async () => {
    const [one, two] = [await logIn(), await logIn()]
    const status = async (cookie: string) => (await serving.ask('/api/v1/overview', { headers: { cookie } })).status
    expect(await serving.ask('/api/v1/session', { method: 'DELETE', headers: { cookie: one } })).toMatchObject({
      status: 204,
    })
    expect([await status(one), await status(two)]).toEqual([401, 200])
    await serving.ask('/api/v1/sessions', { method: 'DELETE', headers: { 'x-api-key': serving.key } })
    expect(await status(two)).toBe(401)
  })

  it('S2: an expired session is no session, and removing any key ends all sessions', async () => {
    const now = Date.now()
    const record = { digest: digestOf('old'), scope: 'admin', createdAt: now - 10, expiresAt: now - 1 } as const
    await serving.store.access.addSession(record)
    expect((await serving.ask('/api/v1/overview', { headers: { cookie: 'hale_session=old' } })).status).toBe(401)
    const cookie = await logIn()
    const { record: spare } = await serving.server.access.keys.add('spare', 'read')
    await serving.server.access.keys.remove(spare.id)
    expect((await serving.ask('/api/v1/overview', { headers: { cookie } })).status).toBe(401)
  })

  it('a login link works once', async () => {
    const link = serving.server.loginLink()
    const first = await fetch(link, { redirect: 'manual' })
    expect([first.status, first.headers.get('location')]).toEqual([303, '/'])
    expect((await serving.ask('/api/v1/overview', { headers: { cookie: cookieOf(first) } })).status).toBe(200)
    const second = await fetch(link, { redirect: 'manual' })
    expect([second.status, second.headers.get('location')]).toEqual([303, '/login?problem=link'])
    expect(second.headers.getSetCookie()).toEqual([])
  })

  it('S3: another site cannot follow a login link for its visitor, nor use it up', async () => {
    const link = serving.server.loginLink()
    const strange = await fetch(link, { redirect: 'manual', headers: { 'sec-fetch-site': 'cross-site' } })
    expect(strange.headers.getSetCookie()).toEqual([])
    const own = await fetch(link, { redirect: 'manual', headers: { 'sec-fetch-site': 'none' } })
    expect(own.headers.getSetCookie()).toHaveLength(1)
  })
})

describe('requests from elsewhere', () => {
  beforeAll(() => start())
  afterAll(() => serving[Symbol.asyncDispose]())

  it.each([
    ['cross-site', undefined],
    ['same-site', undefined],
    [undefined, 'https://evil.test'],
    [undefined, 'null'],
    [undefined, 'http://127.0.0.1:1'],
  ])('S3: what changes state, and the stream, refuse Sec-Fetch-Site %s, Origin %s', async (site, origin) => {
    const cookie = await logIn()
    const headers = {
      cookie,
      ...(site === undefined ? {} : { 'sec-fetch-site': site }),
      ...(origin === undefined ? {} : { origin }),
    }
    const asked = await Promise.all([
      serving.ask('/api/v1/targets/payments/probe', { method: 'POST', headers }),
      serving.ask('/api/v1/session', { method: 'DELETE', headers }),
      serving.ask('/api/v1/stream', { headers }),
    ])
    expect(asked.map(({ status }) => status)).toEqual([403, 403, 403])
    expect((await serving.ask('/api/v1/overview', { headers: { cookie } })).status).toBe(200)
  })

  it('S3: its own page may', async () => {
    const cookie = await logIn()
    for (const headers of [
      { cookie, origin: serving.url },
      { cookie, 'sec-fetch-site': 'same-origin' },
    ]) {
      expect((await serving.ask('/api/v1/targets/payments/probe', { method: 'POST', headers })).status).toBe(202)
    }
  })

  it('a name that was rebound to loopback is not served, whatever it asks for', async () => {
    const key = { 'x-api-key': serving.key }
    const port = new URL(serving.url).port
    for (const host of ['evil.test', `evil.test:${port}`, 'localhost.evil.test', '127.0.0.1.evil.test', '10.0.0.1']) {
      expect([host, await statusOf({ host, ...key })]).toEqual([host, 421])
      expect(await statusOf({ host }, '/metrics')).toBe(421)
    }
    for (const host of [`127.0.0.1:${port}`, 'localhost', '[::1]', '127.9.9.9']) {
      expect([host, await statusOf({ host, ...key })]).toEqual([host, 200])
    }
  })

  it('S4: every answer carries a strict policy, without unsafe-inline', async () => {
    for (const path of ['/', '/login', '/api/v1/overview', '/nothing', '/api/openapi.json', '/metrics']) {
      const { headers } = await serving.ask(path)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toMatch(/unsafe|\*|https?:/u)
      expect([headers.get('x-content-type-options'), headers.get('referrer-policy')]).toEqual([
        'nosniff',
        'no-referrer',
      ])
    }
  })

  it('S4: what a target answered is JSON text in every answer, never markup', async () => {
    const message = '<script>alert(1)</script>'
    await serving.probe({ payments: { result: { status: 'unhealthy', code: '"><img src=x>', message } } })
    for (const path of ['/api/v1/overview', '/api/v1/targets/payments', '/api/v1/incidents', '/metrics']) {
      const answer = await serving.ask(path)
      expect(answer.headers.get('content-type')).toMatch(/^(?:application\/json|text\/plain)/u)
    }
    expect(await (await serving.ask('/metrics')).text()).not.toContain('<')
  })

  it('S9: bodies, headers, addresses and guesses have limits', async () => {
    const large = await serving.ask('/api/v1/session', jsonBody({ key: 'x'.repeat(20_000) }))
    expect([large.status, await large.json()]).toMatchObject([413, { error: { code: 'BODY_TOO_LARGE' } }])
    // The server hangs up while the rest is still being sent, so the answer does not always get through.
    const refusal = (asked: Promise<unknown>) => asked.catch(() => 431)
    expect(await refusal(statusOf({ 'x-large': 'x'.repeat(20_000) }))).toBe(431)
    expect(await refusal(statusOf({}, `/api/v1/incidents?target=${'x'.repeat(20_000)}`))).toBe(431)
    expect((await serving.ask(`/api/v1/incidents?target=${'x'.repeat(300)}`)).status).toBe(400)
    const guesses = await Promise.all(
      Array.from({ length: 12 }, () => serving.ask('/api/v1/session', jsonBody({ key: 'guess' }))),
    )
    expect(guesses.at(-1)?.status).toBe(429)
    expect(await guesses.at(-1)?.json()).toMatchObject({ error: { code: 'TOO_MANY_REQUESTS' } })
  })
})

describe('a public address', () => {
  afterEach(() => serving[Symbol.asyncDispose]())

  it('S2: over https the cookie is bound to host and TLS', async () => {
    await start({ publicUrl: 'https://hale.test' })
    expect(serving.server.loginLink()).toMatch(/^https:\/\/hale\.test\/login\?token=[\w-]{43}$/u)
    const answer = await serving.ask('/api/v1/session', jsonBody({ key: serving.key }))
    expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-hale_session=.*HttpOnly; Secure; SameSite=Strict$/u)
  })

  it('metrics ask for a key when others can connect, health does not', async () => {
    await start({ host: '0.0.0.0' })
    expect((await fetch(`${serving.url}/metrics`)).status).toBe(401)
    expect((await serving.ask('/metrics')).status).toBe(200)
  })
})

describe('routes', () => {
  it('S7: one that does not declare its access keeps the server from starting', () => {
    const app = fastify() as unknown as App
    const access = createAccess({} as Parameters<typeof createAccess>[0])
    guard(app, { access, reach: { host: '127.0.0.1', publicUrl: undefined }, cookie: 'c' })
    expect(() => app.get('/open', { config: { access: 'public' } }, () => 'ok')).not.toThrow()
    expect(() => app.get('/forgotten', () => 'ok')).toThrow('The route GET /forgotten does not declare its access.')
  })

  it('S7: none but the named ones answers without a key', async () => {
    await start()
    const document = (await (await fetch(`${serving.url}/api/openapi.json`)).json()) as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
    }
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const method of Object.keys(methods)) {
        const answer = await fetch(serving.url + path.replace('{id}', 'payments'), { method: method.toUpperCase() })
        // The login itself takes a body, which is missing here.
        expect([method, path, answer.status]).toEqual([
          method,
          path,
          path === '/api/v1/session' && method === 'post' ? 400 : 401,
        ])
      }
    }
    await serving[Symbol.asyncDispose]()
  })
})
