import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { createTestAuthority } from '../testing/test-authority.ts'
import { createHealth } from '../core/create-health.ts'
import { degraded, healthy, unhealthy } from '../core/result.ts'
import type { Result } from '../core/result.ts'
import { healthHandler } from '../http/node.ts'

const PROBE = fileURLToPath(new URL('../../dist/probe/hale-probe.mjs', import.meta.url))
const KEY = 'open-sesame'
const closing: (() => unknown)[] = []
afterAll(() => Promise.all(closing.map((close) => close())))

async function serve(listener: RequestListener, at: { port: 0 } | { path: string } = { port: 0 }): Promise<string> {
  const server = createServer(listener).listen({ host: '127.0.0.1', ...at })
  closing.push(() => server.close().closeAllConnections())
  await once(server, 'listening')
  return 'path' in at ? `unix:${at.path}` : `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function app(result: Result, at?: { path: string }): Promise<string> {
  const health = createHealth({ checks: { database: { check: () => result, impact: 'fails' } } })
  closing.push(() => health.close())
  return serve(healthHandler(health, { keys: [KEY] }), at)
}

async function probe(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  // A later `--timeout` holds.
  const child = spawn(process.execPath, [PROBE, '--timeout', '20s', ...args], { env: { ...env } })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => (out += chunk))
  child.stderr.on('data', (chunk) => (err += chunk))
  const [code] = await once(child, 'close')
  return { code, out, err }
}

describe('hale-probe', () => {
  it.each([
    [healthy(), 0, /^healthy: http:\S+ answered 200 in [\d.]+ m?s\n$/],
    [degraded('SLOW', 'slow'), 0, /^degraded: http:\S+ answered 200 in [\d.]+ m?s\n$/],
    [unhealthy('DOWN', 'it is\ndown'), 1, /^unhealthy: http:\S+ answered 503 in [\d.]+ m?s\n$/],
  ])('%j exits with %i and one line', async (result, code, line) => {
    const { err, out, ...ended } = await probe([`${await app(result)}/health`])
    expect([ended.code, err]).toEqual([code, ''])
    expect(out).toMatch(line)
  })

  it('names what is wrong with the key in HALE_KEY, on one line', async () => {
    const url = await app(unhealthy('DOWN', 'it is\ndown'))
    const { code, out } = await probe(['--timeout=20s', `${url}/health/ready`], { HALE_KEY: KEY })
    expect(code).toBe(1)
    expect(out).toMatch(/answered 503 in [\d.]+ m?s: database unhealthy \(it is down\)\n$/)
  })

  it('asks over a Unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hale-probe-'))
    closing.push(() => rmSync(folder, { recursive: true }))
    const socket = await app(healthy(), { path: join(folder, 'app.sock') })
    expect((await probe([socket])).code).toBe(0)
    expect(await probe([`${socket}:/nope`])).toMatchObject({ code: 1, out: expect.stringContaining('answered 404') })
  })

  it('is unhealthy when nobody listens, nobody answers, the answer breaks off, or 200 says down', async () => {
    const silent = await serve(() => undefined)
    const broken = await serve(
      (_, response) => void response.writeHead(200, { 'content-length': 9 }).write('x', () => response.destroy()),
    )
    const liar = await serve((_, response) => response.end('{"status":"DOWN"}'))
    expect(await probe(['http://127.0.0.1:1/'])).toMatchObject({
      code: 1,
      out: expect.stringContaining('ECONNREFUSED'),
    })
    expect(await probe(['--timeout', '300ms', silent])).toMatchObject({
      code: 1,
      out: `unhealthy: ${silent} did not answer within 300 ms\n`,
    })
    const mute = createTcpServer((socket) => socket.end()).listen(0, '127.0.0.1')
    const foreign = createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')).listen(0, '127.0.0.1')
    closing.push(
      () => mute.close(),
      () => foreign.close(),
    )
    await Promise.all([once(mute, 'listening'), once(foreign, 'listening')])
    const said = (server: Server) => probe([`http://127.0.0.1:${(server.address() as AddressInfo).port}/`])
    expect(await said(mute)).toMatchObject({ code: 1, out: expect.stringContaining('did not answer (ECONNRESET)\n') })
    expect(await said(foreign)).toMatchObject({ code: 1, out: expect.stringContaining('did not answer in HTTP/1\n') })
    expect(await probe([broken])).toMatchObject({ code: 1, out: `unhealthy: ${broken} broke off its answer\n` })
    expect(await probe([liar])).toMatchObject({ code: 1 })
  })

  it('asks over TLS, and takes a certificate of nobody’s only with --insecure', async () => {
    const authority = createTestAuthority()
    const { cert, key } = authority.issue('localhost')
    const server = createTlsServer({ cert, key }, (_, response) => response.end('{"status":"degraded"}'))
    closing.push(() => server.close().closeAllConnections())
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const url = `https://localhost:${(server.address() as AddressInfo).port}/`
    expect(await probe([url])).toMatchObject({ code: 1, out: expect.stringMatching(/did not answer \([A-Z_]+\)\n$/) })
    expect(await probe(['--insecure', url])).toMatchObject({ code: 0, out: expect.stringMatching(/^degraded: https:/) })
    expect(await probe(['--insecure', url.replace('localhost', '127.0.0.1')])).toMatchObject({ code: 0 })
    const trusted = join(mkdtempSync(join(tmpdir(), 'hale-probe-')), 'ca.pem')
    closing.push(() => rmSync(dirname(trusted), { recursive: true }))
    writeFileSync(trusted, authority.ca)
    expect(await probe([url], { NODE_EXTRA_CA_CERTS: trusted })).toMatchObject({ code: 0 })
  })

  it('reads chunks, follows no redirect, asks over IPv6, and sends user and password', async () => {
    const listener: RequestListener = ({ headers, url }, response) => {
      if (url === '/moved') return void response.writeHead(302, { location: '/' }).end()
      response.write('{"status":')
      setImmediate(() => response.end(headers.authorization === 'Basic dTpwOnc=' ? '"warn"}' : '"fail"}'))
    }
    const url = await serve(listener)
    const v6 = createServer(listener).listen(0, '::1')
    closing.push(() => v6.close().closeAllConnections())
    await once(v6, 'listening')
    const user = (address: string): string => address.replace('http://', 'http://u:p%3Aw@')
    expect(await probe([url])).toMatchObject({ code: 1, out: expect.stringContaining('answered 200') })
    expect(await probe([user(url)])).toMatchObject({ code: 0, out: expect.stringMatching(/^degraded: http:\S+\*{3}@/) })
    expect(await probe([user(`http://[::1]:${(v6.address() as AddressInfo).port}/`)])).toMatchObject({ code: 0 })
    expect(await probe([`${url}/moved`])).toMatchObject({ code: 1, out: expect.stringContaining('answered 302') })
  })

  it('refuses a key that would break out of its header', async () => {
    const { code, err } = await probe(['http://127.0.0.1:1/'], { HALE_KEY: 'a\r\nX-Evil: 1' })
    expect([code, err]).toEqual([2, expect.stringMatching(/^hale-probe: HALE_KEY holds a character/)])
  })

  it.each([
    [[]],
    [['a', 'b']],
    [['ftp://x']],
    [['nonsense']],
    [['http://u:%zz@127.0.0.1/']],
    [['--nope', 'http://x']],
    [['--timeout', 'soon', 'http://x']],
  ])('exits with 2 and says how to use it: %j', async (args) => {
    const { code, err, out } = await probe(args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/^hale-probe: .*\nUsage: hale-probe /)
  })

  // CPU rather than wall time, which on a machine that does other work says little. It is 12 ms on an idle machine.
  it('starts quickly: it costs less than 45 ms of CPU beyond what Node itself takes, by the median of 20', async () => {
    const url = `${await app(healthy())}/health`
    const report =
      'process.on("exit", () => { const { system, user } = process.cpuUsage(); console.error(system + user) })'
    const folder = mkdtempSync(join(tmpdir(), 'hale-probe-'))
    closing.push(() => rmSync(folder, { recursive: true }))
    const hook = join(folder, 'report.cjs')
    writeFileSync(hook, report)
    const run = async (args: readonly string[]): Promise<readonly [cpuMs: number, wallMs: number]> => {
      const start = performance.now()
      const child = spawn(process.execPath, ['--require', hook, ...args])
      let text = ''
      child.stderr.on('data', (chunk) => (text += chunk))
      await once(child, 'close')
      return [Number(text) / 1_000, performance.now() - start]
    }
    const bare: (readonly [number, number])[] = []
    const whole: (readonly [number, number])[] = []
    for (let i = 0; i < 20; i++) {
      bare.push(await run(['-e', '0']))
      whole.push(await run([PROBE, url]))
    }
    const median = (runs: typeof bare, of: 0 | 1): number =>
      runs.map((each) => each[of]).sort((a, b) => a - b)[10] ?? NaN
    const show = (runs: typeof bare): string => `${median(runs, 0).toFixed(1)} ms CPU, ${median(runs, 1).toFixed(1)} ms`
    console.log(`hale-probe ${show(whole)}; node -e 0 ${show(bare)}`)
    expect(median(whole, 0) - median(bare, 0)).toBeLessThan(45)
  })
})
