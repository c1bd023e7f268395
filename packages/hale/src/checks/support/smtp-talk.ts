import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { HttpTls } from './http-exchange.ts'

/** A reply of one or several lines; code 0: it is not one of SMTP's. */
export interface Reply {
  readonly code: number
  readonly lines: readonly string[]
}

export interface SmtpPlace {
  readonly host: string
  readonly port: number
  readonly secure: 'none' | 'starttls' | 'tls'
  readonly tls?: HttpTls | undefined
}

/** A reply is read up to here, in characters. */
const LONGEST = 16_384

/** A conversation with a mail server: one command, one reply. Rejects with what the socket throws. */
export class SmtpTalk {
  readonly #place: SmtpPlace
  #socket: Socket
  #received = ''
  #broken: Error | undefined
  #wake: (() => void) | undefined

  constructor(place: SmtpPlace) {
    const { host, port, secure } = place
    this.#place = place
    this.#socket = secure === 'tls' ? connectTls({ host, port, ...this.#trust() }) : connectPlain({ host, port })
    this.#listen()
  }

  greeting(): Promise<Reply> {
    return this.#reply()
  }

  ask(command: string): Promise<Reply> {
    this.#received = ''
    this.#socket.write(`${command}\r\n`)
    return this.#reply()
  }

  /** Goes on over TLS, on the same connection. What came before it is dropped, for anybody may have put it there. */
  async startTls(): Promise<void> {
    this.#socket.removeAllListeners()
    this.#received = ''
    const secure = connectTls({ socket: this.#socket, host: this.#place.host, ...this.#trust() })
    this.#socket = secure
    this.#listen()
    await new Promise<void>((resolve, reject) => {
      secure.once('secureConnect', resolve)
      secure.once('error', reject)
      secure.once('close', () => reject(hungUp()))
    })
  }

  end(): void {
    this.#socket.destroy()
  }

  #trust(): HttpTls {
    const { host, tls = {} } = this.#place
    return { ...(isIP(host) === 0 ? { servername: host } : {}), ...tls }
  }

  #listen(): void {
    this.#socket.setEncoding('latin1')
    this.#socket.on('data', (chunk) => {
      if (this.#received.length < LONGEST) this.#received += String(chunk)
      this.#wake?.()
    })
    this.#socket.on('error', (error) => (this.#broken = error))
    this.#socket.once('close', () => {
      this.#broken ??= hungUp()
      this.#wake?.()
    })
  }

  async #reply(): Promise<Reply> {
    for (;;) {
      const reply = read(this.#received)
      if (reply !== undefined) return reply
      if (this.#broken !== undefined) throw this.#broken
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}

/** The reply in a text; undefined while it is not there whole. */
function read(text: string): Reply | undefined {
  const lines = text.split('\r\n').slice(0, -1)
  const foreign = lines.find((line) => !/^\d{3}(?:[ -]|$)/.test(line))
  if (foreign !== undefined || (lines.length === 0 && text.length > 2_000) || text.length >= LONGEST) {
    return { code: 0, lines: [] }
  }
  const end = lines.findIndex((line) => /^\d{3}(?: |$)/.test(line))
  const last = lines[end]
  if (last === undefined) return undefined
  return { code: Number(last.slice(0, 3)), lines: lines.slice(0, end + 1).map((line) => line.slice(4)) }
}

function hungUp(): Error {
  return Object.assign(new Error('Connection terminated'), { code: 'ECONNRESET' })
}
