import { Queue } from 'bullmq'
import { bullmq } from 'hale/checks/bullmq'
import { redis } from 'hale/checks/redis'
import { Redis as IoRedis } from 'ioredis'
import { createClient } from 'redis'
import { startRedis } from '../../../../test/harness/redis.ts'
import { KEEPS_ONE, ONE_CONNECTION, through, type Bed, type Opened, type Subject } from './subject.ts'

/** Redis, with an account for each. */
export async function openRedis(): Promise<Bed> {
  const server = await startRedis({ password: 'of-the-admin' })
  const admin = await createClient({ url: server.url }).connect()
  const subject = async (
    name: string,
    parts: Pick<Subject, 'check' | 'client'>,
    open: (url: string) => Opened | Promise<Opened>,
  ): Promise<Subject> => {
    await admin.sendCommand(['ACL', 'SETUSER', name, 'on', '>right', '~*', '&*', '+@all'])
    return {
      ...parts,
      open: async (port) => open(through(`redis://${name}:right@${server.host}`, port)),
      async loseAccount() {
        await admin.sendCommand(['ACL', 'SETUSER', name, 'resetpass', '>changed'])
        await admin.sendCommand(['CLIENT', 'KILL', 'USER', name])
        return () => admin.sendCommand(['ACL', 'SETUSER', name, 'resetpass', '>right'])
      },
      without: { 'full pool': parts.client === 'url' ? KEEPS_ONE : ONE_CONNECTION },
    }
  }
  return {
    server,
    subjects: [
      await subject('app1', { check: 'redis', client: 'url' }, (url) => ({ check: redis(url) })),
      await subject('app2', { check: 'redis', client: 'redis' }, async (url) => {
        const client = createClient({ url })
        client.on('error', () => {})
        await client.connect()
        return { check: redis(client), end: () => client.destroy() }
      }),
      await subject('app3', { check: 'redis', client: 'ioredis' }, (url) => {
        const client = new IoRedis(url, { maxRetriesPerRequest: null }).on('error', () => {})
        return { check: redis(client), end: () => client.disconnect() }
      }),
      await subject('app4', { check: 'bullmq', client: 'bullmq' }, (url) => {
        const connection = new IoRedis(url, { maxRetriesPerRequest: null }).on('error', () => {})
        const queue = new Queue('mail', { connection, skipVersionCheck: true, skipWaitingForReady: true })
        queue.on('error', () => {})
        return { check: bullmq(queue), end: () => connection.disconnect() }
      }),
    ],
    async [Symbol.asyncDispose]() {
      admin.destroy()
      await server.stop()
    },
  }
}
