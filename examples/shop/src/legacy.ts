// The service nobody dares to touch. It knows nothing of Hale and answers as a thousand others do.
import { createServer } from 'node:http'
import { announce } from './announce.ts'
import { listenForFaults } from './faults.ts'
import { ports } from './settings.mjs'

const faults = listenForFaults()

const server = createServer((request, response) => {
  const body = request.url === '/health' ? '{"status":"healthy"}' : '{"stock":{"teapot":7,"kettle":3}}'
  void faults.delay().then(() => response.setHeader('content-type', 'application/json').end(body))
})
announce(server.listen(ports.legacy, '127.0.0.1'))

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0))
