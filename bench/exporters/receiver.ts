// Takes whatever is posted to it, and answers, or never does. Tells its address to the process that started it.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const answers = process.argv[2] === 'true'
const server = createServer((request, response) => {
  request.resume().on('end', () => answers && response.writeHead(202).end('{}'))
})
await once(server.listen(0, '127.0.0.1'), 'listening')
process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
process.on('disconnect', () => process.exit())
