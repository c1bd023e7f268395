import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import SMTPConnection, { type SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection'
import type { NodemailerError } from 'nodemailer'
import { redact } from 'hale'
import { plainText } from '../plain-text.ts'
import { AddressRefused, type Guard } from '../probes/guard.ts'
import type { Delivery } from './channel.ts'
import { describeFailure } from './failure.ts'

/** Where mail is handed in. */
export interface SmtpServer {
  readonly host: string
  readonly port: number
  /** TLS from the first byte; otherwise STARTTLS is used when it is offered. */
  readonly secure: boolean
  /** Send nothing before STARTTLS. */
  readonly requireTls: boolean
  readonly auth: { readonly user: string; readonly pass: string } | undefined
}

export interface SmtpMail {
  readonly from: string
  readonly to: readonly string[]
  readonly bytes: Buffer
}

/** Milliseconds without a byte after which a connection is given up, if nobody else has ended it. */
const SILENCE_MS = 15_000

/**
 * Hands one mail in and says what became of it. Never rejects for what the world does.
 *
 * A reply of 2xx delivers, 4xx (greylisting, too busy) is to be retried, 5xx (no such mailbox, wrong password) is
 * permanent. Without a reply: before the server asked for the mail itself nothing can have been accepted (`retry`);
 * afterwards it may have been (`ambiguous`). A mail that some recipients got is delivered; `detail` names the others.
 */
export async function sendMail(
  server: SmtpServer,
  mail: SmtpMail,
  { guard, signal }: { readonly guard: Guard; readonly signal: AbortSignal },
): Promise<Delivery> {
  let handedOver = false
  // Read from only once the server has answered DATA with 354.
  const body = new Readable({
    read() {
      handedOver = true
      this.push(mail.bytes)
      this.push(null)
    },
  })
  let socket: Socket | undefined
  try {
    guard.judgeHost(server.host)
    socket = await openSocket(server, guard, signal)
    const info = await transact(socket, server, mail, body, signal)
    return { outcome: 'delivered', detail: describeAccepted(info) }
  } catch (error) {
    socket?.destroy()
    return judge(error, handedOver)
  }
}

function openSocket({ host, port }: SmtpServer, guard: Guard, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const socket = connect({ host, port, lookup: guard.lookup, timeout: SILENCE_MS })
    const onAbort = (): void => {
      socket.destroy()
      reject(signal.reason as Error)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    socket.once('error', (error) => {
      signal.removeEventListener('abort', onAbort)
      reject(error)
    })
    socket.once('connect', () => {
      signal.removeEventListener('abort', onAbort)
      resolve(socket)
    })
  })
}

function transact(
  socket: Socket,
  { host, port, secure, requireTls, auth }: SmtpServer,
  { from, to, bytes }: SmtpMail,
  body: Readable,
  signal: AbortSignal,
): Promise<SMTPConnectionSendInfo> {
  const connection = new SMTPConnection({
    connection: socket,
    host,
    port,
    secure,
    requireTLS: requireTls,
    greetingTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
  })
  return new Promise((resolve, reject) => {
    const finish = (error: Error | null | undefined, info?: SMTPConnectionSendInfo): void => {
      signal.removeEventListener('abort', onAbort)
      if (info === undefined) {
        connection.close()
        reject(error ?? new Error('the server said nothing'))
      } else {
        connection.quit()
        resolve(info)
      }
    }
    const onAbort = (): void => finish(signal.reason as Error)
    signal.addEventListener('abort', onAbort, { once: true })
    // Stays for good: what goes wrong after QUIT is nobody's business.
    connection.on('error', (error) => finish(error))
    const send = (): void =>
      connection.send({ from, to: [...to], size: bytes.length }, body, (error, info) =>
        finish(error, info ?? undefined),
      )
    connection.connect((problem) => {
      if (problem !== undefined && problem !== null) return finish(problem)
      if (auth === undefined) return send()
      connection.login({ user: auth.user, pass: auth.pass }, (error) => (error === null ? send() : finish(error)))
    })
  })
}

function judge(error: unknown, handedOver: boolean): Delivery {
  if (error instanceof AddressRefused) return { outcome: 'permanent', detail: error.message }
  const { response, responseCode, code } = toSmtpError(error)
  if (responseCode !== undefined && responseCode >= 400) {
    const said = plainText(redact(response ?? ''), 150) || String(responseCode)
    return { outcome: responseCode >= 500 ? 'permanent' : 'retry', detail: `SMTP ${said}` }
  }
  if (code === 'EAUTH') return { outcome: 'permanent', detail: 'the server offers no way to log in that Hale knows' }
  return { outcome: handedOver ? 'ambiguous' : 'retry', detail: describe(error) }
}

function describe(error: unknown): string {
  const { code } = toSmtpError(error)
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError'))
    return 'no answer in time'
  switch (code) {
    case 'ETIMEDOUT':
      return 'no answer in time'
    case 'ECONNECTION':
      return 'connection closed'
    case 'ETLS':
      return 'no encrypted connection could be made'
    case 'EPROTOCOL':
      return 'the answer is not SMTP'
    default:
      return describeFailure(error)
  }
}

function toSmtpError(error: unknown): Partial<NodemailerError> {
  return error instanceof Error ? error : {}
}

function describeAccepted({ response, rejected, rejectedErrors }: SMTPConnectionSendInfo): string {
  const said = `SMTP ${plainText(response, 100)}`
  if (rejected.length === 0) return said
  const why = rejectedErrors?.[0]?.response ?? ''
  return plainText(`${said}; not taken for ${rejected.join(', ')}: ${why}`, 300)
}
