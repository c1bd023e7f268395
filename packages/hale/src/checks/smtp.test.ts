import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asker, askOnce } from '../../../../test/harness/ask.ts'
import { meetFaults } from '../../../../test/harness/meet-faults.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { openFaultProxy, type FaultProxy } from '../testing/fault-proxy.ts'
import { createTestAuthority } from '../testing/test-authority.ts'
import { smtp } from './smtp.ts'

const host = '127.0.0.1'
const PASSWORD = 'hunter2hunter2'
const authority = createTestAuthority()
const identity = authority.issue(host)
const tls = { ca: authority.ca }
const closing: (() => void)[] = []

async function start(options: SMTPServerOptions = {}): Promise<{ readonly port: number; readonly server: SMTPServer }> {
  const server = new SMTPServer({
    ...identity,
    logger: false,
    authOptional: true,
    disableReverseLookup: true,
    onAuth: ({ username, password }, _, done) =>
      username === 'app' && password === PASSWORD
        ? done(null, { user: 'app' })
        : done(Object.assign(new Error(`no user ${username} with ${password}`), { responseCode: 535 })),
    ...options,
  })
  server.on('error', () => {})
  server.listen(0, host)
  await once(server.server, 'listening')
  closing.push(() => server.close(() => {}))
  return { server, port: (server.server.address() as AddressInfo).port }
}

/** A server that says this to everything, the greeting included. */
async function saying(line: string): Promise<number> {
  const server = createServer((socket: Socket) => {
    socket.on('error', () => {}).on('data', () => socket.write(`${line}\r\n`))
    socket.write(`${line}\r\n`)
  })
  await once(server.listen(0, host), 'listening')
  closing.push(() => void server.close())
  return (server.address() as AddressInfo).port
}

let port: number
let silent: FaultProxy
beforeAll(async () => {
  ;({ port } = await start())
  silent = await openFaultProxy({ target: { host, port }, mode: 'blackhole' })
})
afterAll(async () => {
  await silent.close()
  for (const close of closing) close()
})

const login = { secure: 'starttls', user: 'app', password: PASSWORD, tls } as const

describe('smtp, against smtp-server', () => {
  it.each(
    checkConformance({
      name: 'smtp',
      healthy: () => smtp({ host, port, ...login }),
      broken: () => smtp({ host, port: 1, ...login }),
      silent: () => smtp({ host, port: silent.port }),
      secrets: [PASSWORD],
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('is healthy when the server hangs up instead of saying goodbye', async () => {
    const curt = createServer((socket) => {
      socket.on('error', () => {}).write('220 here\r\n')
      socket.on('data', (line) => (String(line).startsWith('EHLO') ? socket.write('250 here\r\n') : socket.destroy()))
    })
    await once(curt.listen(0, host), 'listening')
    closing.push(() => void curt.close())
    const curtPort = (curt.address() as AddressInfo).port
    expect(await askOnce(smtp({ host, port: curtPort }))).toMatchObject({ status: 'healthy' })
  })

  it('greets, says how long it took and what is offered, and leaves no connection', async () => {
    const own = await start()
    const ask = asker(smtp({ host, port: own.port }))
    for (let run = 0; run < 5; run++) {
      const { value } = await ask()
      expect(value).toMatchObject({ status: 'healthy', observed: { unit: 'ms' } })
      expect(value.message).toMatch(/^The mail server at 127\.0\.0\.1:\d+ answered in [\d.]+ m?s\.$/)
      expect(value.data?.['offers']).toContain('STARTTLS')
    }
    const slow = await askOnce(smtp({ host, port: own.port, degraded: '0ms' }))
    expect(slow).toMatchObject({ status: 'degraded', code: 'SLOW', observed: { unit: 'ms' } })
    await expect.poll(() => own.server.connections.size).toBe(0)
  })

  it('changes to TLS, and judges who answers', async () => {
    expect(await askOnce(smtp({ host, port, secure: 'starttls', tls }))).toMatchObject({ status: 'healthy' })
    expect(await askOnce(smtp({ host, port, secure: 'starttls' }))).toMatchObject({ code: 'TLS_UNTRUSTED' })
    const other = await start({ ...authority.issue('other.test') })
    expect(await askOnce(smtp({ host, port: other.port, secure: 'starttls', tls }))).toMatchObject({
      code: 'TLS_NAME_MISMATCH',
    })
  })

  it('speaks TLS from the first byte', async () => {
    const secure = await start({ secure: true })
    expect(await askOnce(smtp({ host, port: secure.port, ...login, secure: 'tls' }))).toMatchObject({
      status: 'healthy',
    })
    expect(await askOnce(smtp({ host, port, secure: 'tls', tls }))).toMatchObject({ code: 'TLS_FAILED' })
  })

  it('misses STARTTLS where it is not offered', async () => {
    const plain = await start({ hideSTARTTLS: true })
    const result = await askOnce(smtp({ host, port: plain.port, secure: 'starttls', tls }))
    expect(result).toMatchObject({ code: 'TLS_FAILED', message: expect.stringContaining('does not offer STARTTLS') })
  })

  it('E10: says that the login was refused, without what was sent', async () => {
    const result = await askOnce(smtp({ host, port, ...login, password: 'wrong-hunter2' }))
    expect(result).toMatchObject({ status: 'unhealthy', code: 'AUTH_FAILED' })
    expect(result.message).toMatch(/^127\.0\.0\.1:\d+ refused the login \(535\)\. Correct user and password\.$/)
  })

  it.each([
    ['421 4.3.2 too busy', 'NOT_READY'],
    ['554 5.7.1 go away', 'QUERY_FAILED'],
    ['HTTP/1.1 400 Bad Request', 'PROTOCOL_ERROR'],
    ['+OK POP3 ready', 'PROTOCOL_ERROR'],
  ])('"%s" is %s', async (line, code) => {
    expect(await askOnce(smtp({ host, port: await saying(line) }))).toMatchObject({ status: 'unhealthy', code })
  })

  it('reads no end of a greeting without one', async () => {
    const endless = createServer((socket) => {
      socket.on('error', () => {})
      const more = (): void => {
        if (!socket.destroyed && socket.write('220-x\r\n'.repeat(500))) setImmediate(more)
        else socket.once('drain', more)
      }
      more()
    })
    await once(endless.listen(0, host), 'listening')
    expect(await askOnce(smtp({ host, port: (endless.address() as AddressInfo).port }))).toMatchObject({
      code: 'PROTOCOL_ERROR',
    })
    endless.close()
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    expect(await meetFaults({ server: { host, port }, check: (each) => smtp({ host, port: each }) })).toEqual({
      refuse: expect.stringMatching(/^CONNECTION_RE/),
      reset: 'CONNECTION_RESET',
      'black hole': 'TIMEOUT',
      garbage: expect.stringMatching(/^(?:PROTOCOL_ERROR|TIMEOUT)$/),
      'half close': 'CONNECTION_RESET',
      slow: 'TIMEOUT',
    })
  })

  it('refuses what cannot work, all at once, and a password that would go in the clear', () => {
    expect(() => smtp({ host: '', port: 0, user: 'app' })).toThrow(
      /host: "" is.*\n.*port: 0 is.*\n.*user: needs a password/,
    )
    expect(() => smtp({ host, user: 'app', password: PASSWORD })).toThrow(/user: is sent over TLS only/)
    expect(() => smtp({ host, name: 'a\r\nMAIL FROM:<x>' })).toThrow(/name: is not a name/)
  })
})
