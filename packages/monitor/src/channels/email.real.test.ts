import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { systemClock } from 'hale'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, it } from 'vitest'
import { aMessage } from '../../test/a-message.ts'
import type { NetworkPolicy } from '../config/monitor-config.ts'
import { createGuard } from '../probes/guard.ts'
import type { Delivery } from './channel.ts'
import { openChannels } from './index.ts'

const open = new Set<{ close(): void }>()
const mails: { readonly from: string; readonly to: readonly string[]; readonly text: string }[] = []

afterEach(() => {
  for (const server of open) server.close()
  open.clear()
  mails.length = 0
})

describe('e-mail over a real SMTP server', () => {
  it('delivers the mail to everybody, once, in words a person can read', async () => {
    const port = await smtp()
    const delivery = await send({ port, to: ['Ops <ops@example.org>', 'boss@example.org'] })
    expect(delivery).toMatchObject({ outcome: 'delivered' })
    expect(delivery.detail).toMatch(/^SMTP 250 /)
    expect(mails).toHaveLength(1)
    expect(mails[0]).toMatchObject({ from: 'hale@example.org', to: ['ops@example.org', 'boss@example.org'] })
    expect(mails[0]?.text).toContain('Subject: payments: postgres-main refused the connection')
    expect(mails[0]?.text).toContain('Unhealthy since 14:02 UTC.')
  })

  it('M4: a repeat has the same Message-ID and bytes, so that it can be recognised', async () => {
    const port = await smtp()
    await send({ port })
    await send({ port })
    expect(mails).toHaveLength(2)
    expect(mails[0]?.text).toBe(mails[1]?.text)
    expect(mails[0]?.text).toMatch(/^Message-ID: <[0-9a-f]{32}@example\.org>\r$/m)
  })

  it.each([
    [421, 'retry'],
    [450, 'retry'],
    [452, 'retry'],
    [550, 'permanent'],
    [552, 'permanent'],
    [554, 'permanent'],
  ])('M4: %i to any command is %s', async (code, outcome) => {
    const refuse = (): Error => Object.assign(new Error('no thanks'), { responseCode: code })
    const steps: readonly SMTPServerOptions[] = [
      { onConnect: (_session, done) => done(refuse()) },
      { onMailFrom: (_address, _session, done) => done(refuse()) },
      { onRcptTo: (_address, _session, done) => done(refuse()) },
      {
        onData: (stream, _session, done) => {
          stream.resume().on('end', () => done(refuse()))
        },
      },
    ]
    for (const step of steps) {
      expect(await send({ port: await smtp(step) })).toMatchObject({
        outcome,
        detail: expect.stringMatching(`^SMTP ${code} .*no thanks`) as string,
      })
    }
  })

  it('M4: greylisting turns the first try away and takes the next', async () => {
    let tries = 0
    const port = await smtp({
      onRcptTo: (_address, _session, done) =>
        done((tries += 1) === 1 ? Object.assign(new Error('greylisted'), { responseCode: 451 }) : null),
    })
    expect(await send({ port })).toMatchObject({ outcome: 'retry' })
    expect(await send({ port })).toMatchObject({ outcome: 'delivered' })
  })

  it('says who did not get it when only some recipients are taken', async () => {
    const port = await smtp({
      onRcptTo: ({ address }, _session, done) =>
        done(address.startsWith('gone') ? Object.assign(new Error('who?'), { responseCode: 550 }) : null),
    })
    const delivery = await send({ port, to: ['ops@example.org', 'gone@example.org'] })
    expect(delivery.outcome).toBe('delivered')
    expect(delivery.detail).toMatch(/not taken for gone@example\.org: 550 .*who\?/)
  })

  it('logs in; a wrong password is permanent and never shown', async () => {
    const port = await smtp({
      authOptional: false,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) =>
        username === 'hale' && password === 'p:w/d' ? done(null, { user: 'hale' }) : done(new Error('Invalid login')),
    })
    const url = (password: string): string => `smtp://hale:${encodeURIComponent(password)}@127.0.0.1:${port}`
    expect(await send({ url: url('p:w/d') })).toMatchObject({ outcome: 'delivered' })
    const delivery = await send({ url: url('hunter2') })
    expect(delivery).toMatchObject({ outcome: 'permanent', detail: expect.stringContaining('535') as string })
    expect(delivery.detail).not.toContain('hunter2')
  })

  it('sends no password in the clear to another machine', async () => {
    let asked = false
    const port = await smtp({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => {
        asked = true
        done(new Error('no'))
      },
    })
    const auth = { user: 'hale', pass: 'hunter2' }
    expect(await send({ port, auth, requireTls: true })).toMatchObject({ outcome: 'permanent' })
    expect(asked).toBe(false)
  })

  it('M4: hanging before the mail was asked for is a retry, after it ambiguous', async () => {
    const deaf = await tcp(() => {})
    expect(await send({ port: deaf }, { signal: AbortSignal.timeout(400) })).toEqual({
      outcome: 'retry',
      detail: 'no answer in time',
    })
    const slowSender = await smtp({ onMailFrom: () => {} })
    expect(await send({ port: slowSender }, { signal: AbortSignal.timeout(400) })).toEqual({
      outcome: 'retry',
      detail: 'no answer in time',
    })
    const deadline = new AbortController()
    const slowData = await smtp({
      onData: (stream) => void stream.resume().once('data', () => setTimeout(() => deadline.abort(), 400)),
    })
    expect(await send({ port: slowData }, { signal: deadline.signal })).toEqual({
      outcome: 'ambiguous',
      detail: 'no answer in time',
    })
  })

  it('M4: a connection that breaks is judged by how far the mail got', async () => {
    expect(await send({ port: await tcp((socket) => socket.resetAndDestroy()) })).toMatchObject({ outcome: 'retry' })
    const port = await tcp((socket) =>
      converse(socket, (line) => (line === '.' ? undefined : SCRIPT[line.slice(0, 4)])),
    )
    expect(await send({ port })).toMatchObject({ outcome: 'ambiguous' })
    const refused = await tcp(() => {})
    for (const server of open) server.close()
    expect(await send({ port: refused })).toEqual({ outcome: 'retry', detail: 'connection refused' })
  })

  it('M4: a server that speaks something else is a retry', async () => {
    const port = await tcp((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))
    expect(await send({ port })).toEqual({ outcome: 'retry', detail: 'the answer is not SMTP' })
  })

  it('S6: an address out of reach is refused for good', async () => {
    const port = await smtp()
    const delivery = await send({ port }, { network: { private: false, allow: [] } })
    expect(delivery).toMatchObject({ outcome: 'permanent' })
    expect(mails).toEqual([])
  })
})

/** Answers of a server that takes everything; used to break the connection at a chosen line. */
const SCRIPT: Readonly<Record<string, string>> = {
  EHLO: '250 hi',
  MAIL: '250 ok',
  RCPT: '250 ok',
  DATA: '354 go on',
}

/** Speaks SMTP line by line; ends the connection where `reply` has no answer to the end of the mail. */
function converse(socket: Socket, reply: (line: string) => string | undefined): void {
  let inMail = false
  let rest = ''
  socket.write('220 scripted\r\n')
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\r\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (inMail && line !== '.') continue
      const answer = reply(line)
      if (answer === undefined) return void socket.destroy()
      inMail = answer.startsWith('354')
      socket.write(`${answer}\r\n`)
    }
  })
}

async function send(
  options: Record<string, unknown>,
  {
    network = { private: true, allow: [] },
    signal = AbortSignal.timeout(20_000),
  }: { network?: NetworkPolicy; signal?: AbortSignal } = {},
): Promise<Delivery> {
  const environment = { print: () => undefined, colour: false, guard: createGuard(network), clock: systemClock }
  const where = 'url' in options ? {} : { host: '127.0.0.1' }
  const config = { from: 'Hale <hale@example.org>', to: 'ops@example.org', ...where, ...options }
  const [channel] = await openChannels([{ name: 'mail', kind: 'email', options: config }], environment)
  if (channel === undefined) throw new Error('no channel')
  return channel.send(aMessage(), { key: '7-1:1:mail', signal })
}

async function smtp(options: SMTPServerOptions = {}): Promise<number> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 1,
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
        const to = envelope.rcptTo.map(({ address }) => address)
        mails.push({ from, to, text: Buffer.concat(chunks).toString() })
        done()
      })
    },
    ...options,
  })
  server.on('error', () => {})
  open.add(server)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return (server.server.address() as AddressInfo).port
}

async function tcp(greet: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    greet(socket)
  })
  open.add({
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return (server.address() as AddressInfo).port
}
