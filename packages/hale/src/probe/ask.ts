import type { IncomingMessage } from 'node:http'
import { createVerdict, type Verdict } from './verdict.ts'
import type { ProbeArguments } from './probe-arguments.ts'

/** Bytes of the body that are read. */
const MAX_BODY_BYTES = 64 * 1024

/** Asks once, over a connection of its own, and says what came of it. Follows no redirects. Never rejects. */
export function ask({ insecure, key, socketPath, target, timeoutMs, url }: ProbeArguments): Promise<Verdict> {
  // `import` would read every export of it, and one of them loads the whole of undici: 80 ms of CPU.
  const { request } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http')
  const start = performance.now()
  return new Promise((resolve) => {
    const fail = (why: string): void => resolve({ isHealthy: false, line: `unhealthy: ${target} ${why}` })
    const sent = request(url, {
      agent: false,
      headers: { accept: 'application/json', ...(key === undefined ? {} : { 'x-api-key': key }) },
      rejectUnauthorized: !insecure,
      ...(socketPath === undefined ? {} : { socketPath }),
    })
    const timer = setTimeout(() => {
      fail(`did not answer within ${timeoutMs} ms`)
      sent.destroy()
    }, timeoutMs)
    sent.on('error', (error: NodeJS.ErrnoException) => fail(`did not answer (${error.code ?? error.message})`))
    sent.on('close', () => clearTimeout(timer))
    sent.on('response', (response: IncomingMessage) => {
      let body = ''
      const end = (): void => {
        resolve(createVerdict(target, response.statusCode ?? 0, body, performance.now() - start))
        sent.destroy()
      }
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk
        if (body.length > MAX_BODY_BYTES) end()
      })
      response.on('end', end)
      response.on('error', () => fail('broke off its answer'))
    })
    sent.end()
  })
}
