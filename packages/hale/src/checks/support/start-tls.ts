import type { Socket } from 'node:net'
import { hostname } from 'node:os'
import type { KnownCode } from '../../core/codes.ts'

/** Protocols that begin in the clear and change to TLS when asked to. */
export const START_TLS = ['smtp', 'imap', 'pop3', 'postgres'] as const
export type StartTls = (typeof START_TLS)[number]

/** The server answered, and does not change to TLS. */
export class StartTlsRefused extends Error {
  override readonly name = 'StartTlsRefused'
  readonly code: KnownCode

  /** @param message what it did, to stand behind its place: `does not offer STARTTLS`. */
  constructor(code: KnownCode, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * Asks the server at the other end of a new connection to change to TLS; the handshake may begin when it resolves. What the
 * server sent beyond its consent is dropped, for anybody may have put it there. Rejects with {@link StartTlsRefused}, or
 * with what the socket throws.
 */
export async function startTls(socket: Socket, protocol: StartTls): Promise<void> {
  await STARTS[protocol](socket)
}

const STARTS: Readonly<Record<StartTls, (socket: Socket) => Promise<void>>> = {
  smtp: startSmtp,
  imap: startImap,
  pop3: startPop3,
  postgres: startPostgres,
}

/** https://datatracker.ietf.org/doc/html/rfc3207 */
async function startSmtp(socket: Socket): Promise<void> {
  const greeting = await replyTo(socket)
  if (greeting.code !== 220) throw new StartTlsRefused('NOT_READY', `put off the connection (${greeting.code})`)
  const offers = await replyTo(socket, `EHLO ${nameOfHost()}`)
  if (offers.code !== 250) throw new StartTlsRefused('QUERY_FAILED', `refused EHLO (${offers.code})`)
  if (!/^250[ -]STARTTLS\b/im.test(offers.text)) throw new StartTlsRefused('TLS_FAILED', 'does not offer STARTTLS')
  const ready = await replyTo(socket, 'STARTTLS')
  if (ready.code !== 220) throw new StartTlsRefused('TLS_FAILED', `refused STARTTLS (${ready.code})`)
}

interface Reply {
  readonly code: number
  readonly text: string
}

/** The reply to a command, or the greeting: lines of which the last has no dash behind its number. */
async function replyTo(socket: Socket, command?: string): Promise<Reply> {
  const heard = hear(socket, (text) => /^\d{3}(?: .*)?\r\n/m.test(text) || /^(?!\d{3}[ -]).*\r\n/m.test(text))
  if (command !== undefined) socket.write(`${command}\r\n`)
  const text = await heard
  const [, code] = /^(\d{3})(?: .*)?\r\n/m.exec(text) ?? []
  if (code === undefined) throw new StartTlsRefused('PROTOCOL_ERROR', 'does not speak SMTP')
  return { code: Number(code), text }
}

/** https://datatracker.ietf.org/doc/html/rfc9051#section-6.2.1 */
async function startImap(socket: Socket): Promise<void> {
  const greeting = await wordOf(socket, { protocol: 'IMAP', until: LINE, word: /^\* (OK|PREAUTH|BYE)\b/i })
  if (greeting === 'BYE') throw new StartTlsRefused('NOT_READY', 'put off the connection (BYE)')
  if (greeting !== 'OK')
    throw new StartTlsRefused('TLS_FAILED', 'greets with PREAUTH, after which there is no STARTTLS')
  // What else it has to say stands before, in lines that begin with a star.
  const reply = { protocol: 'IMAP', until: /^(?!\* ).*\r\n/m, word: /^hale (OK|NO|BAD)\b/im }
  const answer = await wordOf(socket, reply, 'hale STARTTLS')
  if (answer !== 'OK') throw new StartTlsRefused('TLS_FAILED', `refused STARTTLS (${answer})`)
}

/** https://datatracker.ietf.org/doc/html/rfc2595#section-4 */
async function startPop3(socket: Socket): Promise<void> {
  const reply = { protocol: 'POP3', until: LINE, word: /^(\+OK|-ERR)/ }
  if ((await wordOf(socket, reply)) !== '+OK') throw new StartTlsRefused('NOT_READY', 'put off the connection (-ERR)')
  if ((await wordOf(socket, reply, 'STLS')) !== '+OK') throw new StartTlsRefused('TLS_FAILED', 'refused STLS (-ERR)')
}

const LINE = /\r\n/

interface Expected {
  readonly protocol: string
  /** What has it whole. */
  readonly until: RegExp
  /** The word that counts, in a group. */
  readonly word: RegExp
}

/** The word that counts of the reply to a command, or of the greeting, in capitals. */
async function wordOf(socket: Socket, { protocol, until, word }: Expected, command?: string): Promise<string> {
  const heard = hear(socket, (text) => until.test(text))
  if (command !== undefined) socket.write(`${command}\r\n`)
  const text = await heard
  const [, found] = (until.test(text) ? word.exec(text) : undefined) ?? []
  if (found === undefined) throw new StartTlsRefused('PROTOCOL_ERROR', `does not speak ${protocol}`)
  return found.toUpperCase()
}

/** https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-SSLREQUEST */
async function startPostgres(socket: Socket): Promise<void> {
  const heard = hear(socket, (text) => text.length > 0)
  socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]))
  const answer = (await heard).charAt(0)
  if (answer === 'S') return
  throw answer === 'N'
    ? new StartTlsRefused('TLS_FAILED', 'does not offer TLS (ssl is off)')
    : new StartTlsRefused('PROTOCOL_ERROR', 'does not speak as PostgreSQL does')
}

/** A reply is read up to here, in characters. */
const LONGEST = 16_384

function hear(socket: Socket, isWhole: (text: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const listen = (chunk: Buffer): void => {
      text += chunk.toString('latin1')
      if (!isWhole(text) && text.length < LONGEST) return
      release()
      resolve(text)
    }
    const fail = (error: Error): void => {
      release()
      reject(error)
    }
    const hungUp = (): void => fail(Object.assign(new Error('Connection terminated'), { code: 'ECONNRESET' }))
    const release = (): void => void socket.off('data', listen).off('error', fail).off('close', hungUp)
    socket.on('data', listen).on('error', fail).on('close', hungUp)
  })
}

/** How this machine calls itself to a mail server. */
export function nameOfHost(): string {
  const name = hostname().replace(/[^\w.-]/g, '-')
  return name === '' ? 'localhost' : name
}
