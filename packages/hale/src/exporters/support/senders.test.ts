import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { createStreamSender } from './stream.ts'
import { createUdpSender } from './udp.ts'

const never = new AbortController().signal

it('E15: closes a connection whose other side never closes it, when what was written is there', async () => {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = once(server, 'connection')
  const stream = createStreamSender({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
  await stream.send(Buffer.from('a 1 1\n'), never)
  const [socket] = (await accepted) as [Socket]
  let told = ''
  socket.on('data', (chunk) => (told += String(chunk)))
  const ended = once(socket, 'end')
  stream.close()
  await ended
  expect(told).toBe('a 1 1\n')
  // Nobody is there any more: what is written to it is answered with a reset.
  let code: string | undefined
  socket.on('error', (error: NodeJS.ErrnoException) => (code = error.code))
  const written = (): string | undefined => {
    if (!socket.destroyed) socket.write('x')
    return code
  }
  await expect.poll(written, { timeout: 10_000 }).toMatch(/^(?:ECONNRESET|EPIPE)$/)
  server.close()
})

it('sends lines to a host by name, and nothing once it was given up', async () => {
  const agent = createSocket('udp4')
  agent.bind(0, '127.0.0.1')
  await once(agent, 'listening')
  const udp = createUdpSender('localhost', agent.address().port)
  const given = new AbortController()
  const late = udp.send(['late:1|c'], given.signal)
  given.abort()
  await expect(late).rejects.toThrow(/abort/i)
  const came = once(agent, 'message')
  await udp.send(['a:1|g', 'b:2|g'], never)
  expect(String((await came)[0])).toBe('a:1|g\nb:2|g')
  udp.close()
  agent.close()
})
