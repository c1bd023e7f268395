import type { Socket } from 'node:net'
import { formatDuration } from '../core/duration.ts'
import type { ProbeArguments } from './probe-arguments.ts'
import { readRawAnswer } from './raw-answer.ts'
import { createVerdict, type Verdict } from './verdict.ts'

/** Bytes of the answer that are read. */
const MAX_BYTES = 64 * 1024

/** Asks once, over a connection of its own, and says what came of it. Follows no redirects. Never rejects. */
export function ask(given: ProbeArguments): Promise<Verdict> {
  const { target, timeoutMs } = given
  const start = performance.now()
  return new Promise((resolve) => {
    const socket = connect(given)
    const say = (verdict: Verdict): void => {
      clearTimeout(timer)
      resolve(verdict)
      socket.destroy()
    }
    const fail = (why: string): void => say({ isHealthy: false, line: `unhealthy: ${target} ${why}` })
    const timer = setTimeout(() => fail(`did not answer within ${formatDuration(timeoutMs)}`), timeoutMs)
    let bytes = ''
    const read = (hasEnded: boolean): void => {
      const answer = readRawAnswer(bytes, hasEnded)
      const isFull = bytes.length > MAX_BYTES
      if (answer === 'foreign' || (answer === undefined && isFull)) fail('did not answer in HTTP/1')
      else if (answer !== undefined && (answer.isWhole || isFull)) {
        say(createVerdict(target, answer.status, answer.body, performance.now() - start))
      } else if (hasEnded) fail(answer === undefined ? 'did not answer (ECONNRESET)' : 'broke off its answer')
    }
    socket.on(given.url.protocol === 'https:' ? 'secureConnect' : 'connect', () => socket.write(requestOf(given)))
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      bytes += chunk
      read(false)
    })
    socket.on('end', () => read(true))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const begun = typeof readRawAnswer(bytes, false) === 'object'
      fail(begun ? 'broke off its answer' : `did not answer (${error.code ?? error.message})`)
    })
  })
}

// `import` would read every export of a module of Node's; and TLS is loaded only for who needs it.
function connect({ insecure, socketPath, url }: ProbeArguments): Socket {
  const net = process.getBuiltinModule('node:net')
  if (socketPath !== undefined) return net.connect(socketPath)
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (url.protocol === 'http:') return net.connect({ host, port: Number(url.port || 80) })
  return process.getBuiltinModule('node:tls').connect({
    host,
    port: Number(url.port || 443),
    rejectUnauthorized: !insecure,
    ALPNProtocols: ['http/1.1'],
    ...(net.isIP(host) === 0 ? { servername: host } : {}),
  })
}

function requestOf({ key, url }: ProbeArguments): string {
  const { host, password, pathname, search, username } = url
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const lines = [
    `GET ${pathname}${search} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: close',
    'Accept: application/json',
    ...(key === undefined ? [] : [`X-API-Key: ${key}`]),
    ...(user === ':' ? [] : [`Authorization: Basic ${Buffer.from(user).toString('base64')}`]),
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}
