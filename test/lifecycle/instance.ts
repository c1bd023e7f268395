// One instance of a service behind a balancer, as a user writes it: `node instance.ts PORT NAME`.
import { createServer } from 'node:http'
import { createHealth } from '../../packages/hale/src/index.ts'
import { healthHandler } from '../../packages/hale/src/http/node.ts'
import { shutDownOnSignal } from '../../packages/hale/src/http/on-signal.ts'

const [port, name] = process.argv.slice(2)
const health = createHealth({ service: { name: name ?? 'instance' }, drainWait: '1600ms' })
const answerHealth = healthHandler(health)

// Every third answer takes a while, so that some are always under way.
let served = 0
const server = createServer((request, response) => {
  answerHealth(request, response, () => {
    request.resume()
    setTimeout(() => response.end(`served by ${name}`), served++ % 3 === 0 ? 60 : 0)
  })
})
server.listen(Number(port), '127.0.0.1')
shutDownOnSignal(health, server)
