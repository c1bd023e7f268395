import type { TargetKind } from '@hale/contract'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRunner, systemClock } from 'hale'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startNginx } from '../../../../test/harness/nginx.ts'
import { aTarget } from '../../test/builders.ts'
import { createFakeClock, createTestAuthority, type TestAuthority } from 'hale/testing'
import { listenBlackHole, listenHttp, listenHttps, listenTcp } from '../../test/listen.ts'
import type { HttpExpectation, ProbeOutcome, TargetSpec } from '../model.ts'
import { createGuard } from './guard.ts'
import { createProbers, type Probers } from './index.ts'
import type { Progress } from './prober.ts'
import { timeoutResult } from './timeout.ts'

let authority: TestAuthority
let probers: Probers

beforeAll(() => {
  authority = createTestAuthority()
  const guard = createGuard({ private: true, allow: [] })
  probers = createProbers({ guard, clock: systemClock, ca: [authority.ca] })
})

afterAll(async () => {
  await probers[Symbol.asyncDispose]()
})

let count = 0
function target(kind: TargetKind, address: string, http: Partial<HttpExpectation> = {}): TargetSpec {
  const spec = aTarget({ id: `real-${++count}`, kind, address })
  return { ...spec, http: { ...spec.http, ...http } }
}

function probe(spec: TargetSpec, fresh = false): Promise<ProbeOutcome> {
  const progress: Progress = { step: 'start' }
  return probers[spec.kind].probe(spec, { signal: AbortSignal.timeout(20_000), timeoutMs: 20_000, fresh, progress })
}

/** Through hale's runner, as the schedule does it. Its time is over once the probe has come to this step. */
async function probeUntil(spec: TargetSpec, step: Progress['step']) {
  const progress: Progress = { step: 'start' }
  const clock = createFakeClock()
  const runner = createRunner<Pick<ProbeOutcome, 'result'>>({
    name: spec.id,
    timeoutMs: 150,
    clock,
    run: ({ signal }) => probers[spec.kind].probe(spec, { signal, timeoutMs: 60_000, fresh: true, progress }),
    onTimeout: (info) => ({ result: timeoutResult(info, progress) }),
    onThrow: (error) => {
      throw error
    },
  })
  const running = runner.run()
  await expect.poll(() => progress.step).toBe(step)
  await clock.advance(150)
  const { value, durationMs } = await running
  return { result: value.result, durationMs, runner }
}

describe('a plain HTTP target', () => {
  it('keeps its connection alive, and looks up, connects and shows all phases when fresh', async () => {
    await using server = await listenHttp((_request, response) => void response.end('fine'))
    const spec = target('http', `http://localhost:${server.port}/`)
    const first = await probe(spec, true)
    expect(first.result).toEqual({ status: 'healthy' })
    expect(Object.keys(first.phases ?? {})).toEqual(['dnsMs', 'connectMs', 'firstByteMs', 'transferMs'])
    const second = await probe(spec)
    expect(Object.keys(second.phases ?? {})).toEqual(['firstByteMs', 'transferMs'])
    expect(server.connections).toBe(1)
    await probe(spec, true)
    expect(server.connections).toBe(2)
    await probe(spec)
    expect(server.connections).toBe(2)
    const total = Object.values(first.phases ?? {}).reduce((a, b) => a + b, 0)
    expect(total).toBeLessThanOrEqual(first.durationMs)
  })

  it('says who it is, and sends what the configuration says', async () => {
    const seen: unknown[] = []
    await using server = await listenHttp((request, response) => {
      const { host, authorization, 'user-agent': agent, 'x-key': key } = request.headers
      seen.push([request.method, request.url, host, agent?.replace(/\d.*/, ''), authorization, key])
      response.end()
    })
    const address = `http://us%40er:p%3Ass@127.0.0.1:${server.port}/path?q=1`
    await probe(target('http', address, { method: 'POST', headers: { 'X-Key': 'k' } }))
    const credentials = `Basic ${Buffer.from('us@er:p:ss').toString('base64')}`
    expect(seen).toEqual([['POST', '/path?q=1', `127.0.0.1:${server.port}`, 'Hale/', credentials, 'k']])
  })

  it.each([
    ['a status outside the ranges', { status: [[200, 202]] as const }, 'HTTP_STATUS', 'unhealthy'],
    ['a missing text', { bodyContains: 'pong' }, 'BODY_MISMATCH', 'unhealthy'],
    ['a text beyond the limit', { bodyContains: 'pong', maxBodyBytes: 2 }, 'BODY_TOO_LARGE', 'unhealthy'],
    ['a slow answer', { degradedAboveMs: 5 }, 'SLOW', 'degraded'],
    ['a very slow answer', { degradedAboveMs: 5, unhealthyAboveMs: 10 }, 'SLOW', 'unhealthy'],
  ])('finds %s', async (_what, http: Partial<HttpExpectation>, code, status) => {
    await using server = await listenHttp((_request, response) => {
      response.statusCode = 203
      setTimeout(() => response.end('ping'), 20)
    })
    const { result } = await probe(target('http', `http://127.0.0.1:${server.port}/`, http))
    expect(result).toMatchObject({ status, code })
    expect(result.message).toContain(`127.0.0.1:${server.port}`)
  })

  it('does not read a kept connection that the server closed as down', async () => {
    await using server = await listenHttp((_request, response) => void response.end('fine'))
    const spec = target('http', `http://127.0.0.1:${server.port}/`)
    await probe(spec, true)
    for (let round = 0; round < 20; round++) {
      // Started in the same turn in which the server hangs up: the client has not heard of it yet.
      server.hangUp()
      const { result } = await probe(spec)
      expect(result).toEqual({ status: 'healthy' })
    }
    expect(server.connections).toBeGreaterThanOrEqual(20)
  })

  it('does not notice that nginx closes idle and much-used connections', async () => {
    const closesOften = 'keepalive_timeout 30ms; keepalive_requests 4; location / { return 200 "fine"; }'
    await using server = await startNginx(closesOften)
    const spec = target('http', `${server.url}/`, { bodyContains: 'fine' })
    // How many are kept is up to how busy the machine is: until there were enough of both.
    let [kept, made] = [0, 0]
    for (let round = 0; round < 60 || kept <= 10 || made <= 10; round++) {
      const { result, phases } = await probe(spec)
      expect(result).toEqual({ status: 'healthy' })
      if (phases?.connectMs === undefined) kept++
      else made++
      // Every third pause is as long as nginx keeps an idle connection, so some probes meet its closing.
      await sleep(round % 3 === 0 ? 30 : 0)
    }
  })

  it('does read a server that closes every connection as down', async () => {
    await using server = await listenTcp((socket) => socket.on('data', () => socket.resetAndDestroy()))
    const spec = target('http', `http://127.0.0.1:${server.port}/`)
    expect((await probe(spec)).result).toMatchObject({ status: 'unhealthy', code: 'CONNECTION_RESET' })
    expect(server.connections).toBe(1)
  })

  it('names what refused, without credentials', async () => {
    const { port } = await listenAndClose()
    const { result } = await probe(target('http', `http://user:secret@127.0.0.1:${port}/?token=secret`))
    expect(result).toMatchObject({ status: 'unhealthy', code: 'CONNECTION_REFUSED' })
    expect(result.message).toContain(`127.0.0.1:${port}`)
    expect(JSON.stringify(result)).not.toContain('secret')
  })

  it('says that a name does not exist', async () => {
    const { result } = await probe(target('http', 'http://nowhere.invalid/'))
    expect(result.code).toMatch(/^DNS_/)
    expect(result.message).toContain('nowhere.invalid')
  })

  it.each([
    ['garbage', '\u0000\u0001 this is not HTTP at all\r\n\r\n', 'PROTOCOL_ERROR'],
    ['half an answer', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhal', 'CONNECTION_RESET'],
    ['nothing', '', 'CONNECTION_RESET'],
    [
      'another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
      'CONNECTION_RESET',
    ],
  ])('reads %s as a failure', async (_what, bytes, code) => {
    await using server = await listenTcp((socket) => socket.once('data', () => socket.end(bytes)))
    const { result } = await probe(target('http', `http://127.0.0.1:${server.port}/`))
    expect(result).toMatchObject({ status: 'unhealthy', code })
  })

  it('S9: reads no more of an endless body than the limit', async () => {
    let sent = 0
    const closed = Promise.withResolvers<void>()
    await using server = await listenHttp((_request, response) => {
      response.once('close', closed.resolve)
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384, 120))) sent += 16_384
      }
      response.on('drain', more)
      more()
    })
    const { result } = await probe(target('http', `http://127.0.0.1:${server.port}/`, { maxBodyBytes: 50_000 }))
    expect(result).toEqual({ status: 'healthy' })
    await closed.promise
    // A hundred megabytes would have gone through meanwhile.
    expect(sent).toBeLessThan(20_000_000)
  })

  it('works over IPv6', async () => {
    await using server = await listenHttp((_request, response) => void response.end(), '::1')
    const { result } = await probe(target('http', `http://[::1]:${server.port}/`))
    expect(result).toEqual({ status: 'healthy' })
  })
})

describe('redirects', () => {
  it('follows them up to the limit, and leaves credentials with their own origin', async () => {
    const seen: string[] = []
    await using other = await listenHttp((request, response) => {
      seen.push(
        `other ${request.url} ${request.headers.authorization ?? '-'} ${String(request.headers['x-key'] ?? '-')}`,
      )
      if (request.url === '/a') response.writeHead(307, { location: '/b' })
      response.end('there')
    })
    await using server = await listenHttp((request, response) => {
      seen.push(`own ${request.url} ${String(request.headers['x-key'] ?? '-')}`)
      response.writeHead(302, { location: request.url === '/1' ? '/2' : `http://127.0.0.1:${other.port}/a` }).end()
    })
    const address = `http://user:secret@127.0.0.1:${server.port}/1`
    const http = { headers: { 'X-Key': 'k' }, bodyContains: 'there' }
    const { result } = await probe(target('http', address, { ...http, followRedirects: 3 }))
    expect(result).toEqual({ status: 'healthy' })
    expect(seen).toEqual(['own /1 k', 'own /2 k', 'other /a - -', 'other /b - -'])
    const limited = await probe(target('http', address, { ...http, followRedirects: 2 }))
    expect(limited.result.code).toBe('HTTP_STATUS')
    expect(limited.result.message).toContain('went on redirecting after 2')
  })

  it.each(['http://169.254.169.254/latest/meta-data', 'http://[::ffff:a9fe:a9fe]/', 'http://2852039166/'])(
    'S6: a redirect to %s is refused',
    async (location) => {
      await using server = await listenHttp((_request, response) => void response.writeHead(302, { location }).end())
      const { result } = await probe(target('http', `http://127.0.0.1:${server.port}/`))
      expect(result).toMatchObject({ status: 'unhealthy', code: 'ADDRESS_REFUSED' })
    },
  )

  it('S6: a name that leads to this machine is refused when private addresses are', async () => {
    await using server = await listenHttp((_request, response) => void response.end())
    const strict = createProbers({ guard: createGuard({ private: false, allow: [] }), clock: systemClock })
    for (const [kind, host] of [
      ['http', 'http://localhost'],
      ['http', 'http://127.0.0.1'],
      ['tcp', 'tcp://localhost'],
      ['tcp', 'tcp://127.1'],
    ] as const) {
      const spec = target(kind, `${host}:${server.port}`)
      const progress: Progress = { step: 'start' }
      const signal = AbortSignal.timeout(5_000)
      const { result } = await strict[kind].probe(spec, { signal, timeoutMs: 5_000, fresh: true, progress })
      expect(result.code).toBe('ADDRESS_REFUSED')
    }
    expect(server.connections).toBe(0)
    await strict[Symbol.asyncDispose]()
  })

  it('refuses to leave HTTP', async () => {
    await using server = await listenHttp((_request, response) => {
      response.writeHead(302, { location: 'file:///etc/passwd' }).end()
    })
    const { result } = await probe(target('http', `http://127.0.0.1:${server.port}/`))
    expect(result.code).toBe('PROTOCOL_ERROR')
  })
})

describe('TLS', () => {
  it('shows every phase and the certificate, and keeps both connection and certificate', async () => {
    await using server = await listenHttps(authority.issue('localhost'), (_request, response) => {
      response.end()
    })
    const spec = target('http', `https://localhost:${server.port}/`)
    const { result, phases, certificate } = await probe(spec, true)
    expect(result).toEqual({ status: 'healthy' })
    expect(Object.keys(phases ?? {})).toEqual(['dnsMs', 'connectMs', 'tlsMs', 'firstByteMs', 'transferMs'])
    expect(certificate).toMatchObject({
      subject: 'CN=localhost',
      issuer: expect.stringMatching(/^CN=Hale test authority /),
    })
    expect(Math.abs((certificate?.validTo ?? 0) - Date.now() - 30 * 86_400_000)).toBeLessThan(120_000)
    const kept = await probe(spec)
    expect(kept.certificate).toBe(certificate)
    expect(server.connections).toBe(1)
  })

  it.each([
    ['expired', 'localhost', -1, {}, 'TLS_EXPIRED', 'unhealthy'],
    ['for another name', 'elsewhere.example', 30, {}, 'TLS_NAME_MISMATCH', 'unhealthy'],
    ['about to expire', 'localhost', 10, {}, 'TLS_EXPIRES_SOON', 'degraded'],
    ['nearly expired', 'localhost', 2, {}, 'TLS_EXPIRES_SOON', 'unhealthy'],
    ['expired, not verified', 'localhost', -1, { verifyTls: false }, 'TLS_EXPIRED', 'unhealthy'],
  ])('finds a certificate that is %s', async (_what, name, days, http, code, status) => {
    await using server = await listenHttps(authority.issue(name, { days }), (_request, response) => void response.end())
    const { result } = await probe(target('http', `https://localhost:${server.port}/`, http))
    expect(result).toMatchObject({ status, code })
  })

  it('finds a certificate that nobody vouches for, and takes it when told to', async () => {
    const stranger = createTestAuthority()
    await using server = await listenHttps(stranger.issue('localhost'), (_request, response) => {
      response.end()
    })
    const address = `https://localhost:${server.port}/`
    expect((await probe(target('http', address))).result.code).toBe('TLS_UNTRUSTED')
    expect((await probe(target('http', address, { verifyTls: false }))).result).toEqual({ status: 'healthy' })
  })

  it('says that a port does not speak TLS', async () => {
    await using server = await listenHttp((_request, response) => void response.end())
    const { result } = await probe(target('http', `https://localhost:${server.port}/`))
    expect(result.code).toBe('TLS_FAILED')
  })
})

describe('timeouts', () => {
  it('E3: a silent server is answered for on time, with what it was waiting for', async () => {
    await using silent = await listenTcp(() => {})
    await using slowBody = await listenHttp((_request, response) => void response.write('a'))
    const cases = [
      [target('http', `http://127.0.0.1:${silent.port}/`), 'answer', 'Connected, but no answer within 150 ms'],
      [target('http', `https://localhost:${silent.port}/`), 'handshake', 'TLS handshake'],
      [target('http', `http://127.0.0.1:${slowBody.port}/`), 'body', 'was not complete'],
    ] as const
    for (const [spec, step, words] of cases) {
      const { result, durationMs, runner } = await probeUntil(spec, step)
      expect(result).toMatchObject({ code: 'TIMEOUT', message: expect.stringContaining(words) })
      expect(durationMs).toBe(150)
      await expect.poll(() => runner.live).toBe(false)
    }
  })

  it.each(['http', 'tcp'] as const)('E3: a black hole is a connection timeout over %s', async (kind) => {
    // A listener whose queue is full drops what else comes, as a firewall does.
    await using hole = await listenBlackHole()
    const { result, durationMs } = await probeUntil(target(kind, `${kind}://127.0.0.1:${hole.port}`), 'connect')
    expect([result.code, durationMs]).toEqual(['CONNECTION_TIMEOUT', 150])
  })
})

describe('a TCP target', () => {
  it('connects, with phases', async () => {
    await using server = await listenTcp(() => {})
    const { result, phases } = await probe(target('tcp', `tcp://localhost:${server.port}`))
    expect(result).toEqual({ status: 'healthy' })
    expect(Object.keys(phases ?? {})).toEqual(['dnsMs', 'connectMs'])
  })

  it('works over IPv6, and names what refused', async () => {
    await using server = await listenTcp(() => {}, '::1')
    expect((await probe(target('tcp', `tcp://[::1]:${server.port}`))).result).toEqual({ status: 'healthy' })
    const { port } = await listenAndClose()
    const { result } = await probe(target('tcp', `tcp://127.0.0.1:${port}`))
    expect(result.code).toBe('CONNECTION_REFUSED')
    expect(result.message).toContain(`127.0.0.1:${port}`)
  })
})

describe('a health document', () => {
  it('comes with components, phases, and over a kept connection', async () => {
    const checks = { database: { status: 'unhealthy', code: 'TIMEOUT', impact: 'fails' }, disk: { status: 'healthy' } }
    await using server = await listenHttp((request, response) => {
      response.writeHead(503, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ status: 'unhealthy', at: new Date().toISOString(), checks }))
      expect(request.headers.accept).toContain('application/json')
    })
    const spec = target('health', `http://127.0.0.1:${server.port}/health`)
    const first = await probe(spec)
    expect(first.result).toMatchObject({ status: 'unhealthy', code: 'COMPONENT_UNHEALTHY' })
    expect(first.result.message).toBe('database is unhealthy (TIMEOUT).')
    expect(first.components.map(({ name, result }) => [name, result.status])).toEqual([
      ['database', 'unhealthy'],
      ['disk', 'healthy'],
    ])
    await probe(spec)
    expect(server.connections).toBe(1)
  })

  it('that cannot be had is a failure with a code', async () => {
    const { port } = await listenAndClose()
    const { result, components, document } = await probe(target('health', `http://127.0.0.1:${port}/health`))
    expect(result.code).toBe('CONNECTION_REFUSED')
    expect([components, document]).toEqual([[], undefined])
  })

  it('turns worse when it comes late', async () => {
    await using server = await listenHttp((_request, response) => {
      setTimeout(() => response.end('{"status":"healthy"}'), 20)
    })
    const spec = target('health', `http://127.0.0.1:${server.port}/`, { degradedAboveMs: 5 })
    expect((await probe(spec)).result).toMatchObject({ status: 'degraded', code: 'SLOW' })
  })
})

async function listenAndClose(): Promise<{ readonly port: number }> {
  await using server = await listenTcp(() => {})
  return { port: server.port }
}
