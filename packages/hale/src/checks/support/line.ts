import { connect } from 'node:net'

/** A connection over which each question and each answer is one line. */
export interface Line {
  /** Settled when it is connected or cannot be. */
  readonly connected: Promise<void>
  /** Sends a line and gives the one that comes back, without its end. One at a time. Rejects when the connection breaks. */
  ask(question: string): Promise<string>
  /** Closes it at once. */
  end(): void
}

/** Longest line that is read, in bytes. */
const LONGEST = 4_096

/** Opens a connection. `onBroken` is called once it is closed, whoever closed it. */
export function openLine(place: { readonly host: string; readonly port: number }, onBroken: () => void): Line {
  const socket = connect(place).setNoDelay(true).setEncoding('latin1')
  let waiting: { readonly resolve: (line: string) => void; readonly reject: (error: unknown) => void } | undefined
  let received = ''
  let broken: Error | undefined
  const connected = new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('close', () => reject(broken ?? closed()))
  })
  connected.catch(() => {}) // told to who waits for it

  socket.on('data', (chunk: string) => {
    received += chunk
    const end = received.indexOf('\n')
    if (end < 0 && received.length < LONGEST) return
    const line = received.slice(0, end < 0 ? LONGEST : end).replace(/\r$/, '')
    received = end < 0 ? '' : received.slice(end + 1)
    waiting?.resolve(line)
    waiting = undefined
  })
  socket.on('error', (error) => (broken = error))
  socket.once('close', () => {
    broken ??= closed()
    waiting?.reject(broken)
    onBroken()
  })
  return {
    connected,
    ask: (question) =>
      new Promise((resolve, reject) => {
        if (broken !== undefined) return reject(broken)
        received = ''
        waiting = { resolve, reject }
        socket.write(`${question}\r\n`)
      }),
    end: () => socket.destroy(),
  }
}

function closed(): Error {
  return Object.assign(new Error('Connection terminated'), { code: 'ECONNRESET' })
}
