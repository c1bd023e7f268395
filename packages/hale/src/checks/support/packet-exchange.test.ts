import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { AmqpConnection } from './amqp-connection.ts'

/** A process that listens, lets hardly anyone in, and looks at nobody: the system lets who comes later wait for minutes. */
const FULL = `
  const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  })`

it('E12: a connection that is ended before it was let in leaves nothing behind', async () => {
  const full = spawn(process.execPath, ['-e', FULL], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = Number(String((await once(full.stdout, 'data'))[0]))
  const others = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => {}))
  try {
    for (const scheme of ['amqp', 'amqps']) {
      const url = new URL(`${scheme}://app:secret@127.0.0.1:${port}`)
      const closed = Promise.withResolvers<void>()
      const connection = new AmqpConnection({ url, tls: {}, publishes: false, onBroken: closed.resolve })
      connection.end()
      await closed.promise
      await expect(connection.ready).rejects.toThrow('Connection terminated')
    }
  } finally {
    for (const socket of others) socket.destroy()
    full.kill('SIGKILL')
    await once(full, 'exit')
  }
})
