// One instance of a service behind a balancer, as a user writes it: `node instance.ts PORT`. Prints the id of each POST.
import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { createHealth } from '../../packages/hale/src/index.ts'
import { healthHandler } from '../../packages/hale/src/http/node.ts'
import { shutDownOnSignal } from '../../packages/hale/src/http/on-signal.ts'
import { digest } from './load.ts'

const port = Number(process.argv[2])
const health = createHealth({ service: { name: `:${port}` }, drainWait: '1600ms' })
const answerHealth = healthHandler(health)

async function work(request: IncomingMessage): Promise<string> {
  const body = await text(request)
  if (digest(body) !== request.headers['x-digest'])
    throw new Error(`${body.length} characters came, and not those sent`)
  if (request.method === 'POST') process.stdout.write(`${request.headers['x-id']?.toString()}\n`)
  return `${request.method} ${body}`
}

// Every third answer takes a while, so that some are always under way.
let served = 0
const server = createServer((request, response) => {
  response.setHeader('x-served-by', port)
  answerHealth(request, response, () => {
    work(request).then(
      (answer) => setTimeout(() => response.end(answer), served++ % 3 === 0 ? 60 : 0),
      (error: unknown) => response.writeHead(400).end(String(error)),
    )
  })
})
server.listen(port, '127.0.0.1')
shutDownOnSignal(health, server, { proxyIdle: '1500ms' })
