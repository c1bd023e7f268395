import { Queue } from 'bullmq'
import { bullmq } from 'hale/checks/bullmq'
import { redis } from 'hale/checks/redis'
import { Redis as IoRedis } from 'ioredis'
import { createClient } from 'redis'
import { startRedis } from '../../../../test/harness/redis.ts'
import { KEEPS_ONE, ONE_CONNECTION, through, type Account, type Bed, type Opened, type Subject } from './subject.ts'

/** Redis, with an account for each. */
export async function openRedis(): Promise<Bed> {
  const server = await startRedis({ password: 'of-the-admin' })
  const admin = await createClient({ url: server.url }).connect()
  let count = 0
  const openAccount = async (): Promise<Account> => {
    const name = `app${(count += 1)}`
    await admin.sendCommand(['ACL', 'SETUSER', name, 'on', '>right', '~*', '&*', '+@all'])
    return {
      url: (port) => through(`redis://${name}:right@${server.host}`, port),
      async lose() {
        await admin.sendCommand(['ACL', 'SETUSER', name, 'resetpass', '>changed'])
        await admin.sendCommand(['CLIENT', 'KILL', 'USER', name])
        return () => admin.sendCommand(['ACL', 'SETUSER', name, 'resetpass', '>right'])
      },
    }
  }
  const subject = async (
    check: string,
    client: string,
    open: (url: string) => Opened | Promise<Opened>,
  ): Promise<Subject> => {
    const account = await openAccount()
    const without = { 'full pool': client === 'url' ? KEEPS_ONE : ONE_CONNECTION }
    return { check, client, account, without, open: async (port) => open(account.url(port)) }
  }
  return {
    server,
    subjects: [
      await subject('redis', 'url', (url) => ({ check: redis(url) })),
      await subject('redis', 'redis', async (url) => {
        const client = createClient({ url })
        client.on('error', () => {})
        await client.connect()
        return { check: redis(client), end: () => client.destroy() }
      }),
      await subject('redis', 'ioredis', (url) => {
        const client = new IoRedis(url, { maxRetriesPerRequest: null }).on('error', () => {})
        return { check: redis(client), end: () => client.disconnect() }
      }),
      await subject('bullmq', 'bullmq', (url) => {
        const connection = new IoRedis(url, { maxRetriesPerRequest: null }).on('error', () => {})
        const queue = new Queue('mail', { connection, skipVersionCheck: true, skipWaitingForReady: true })
        queue.on('error', () => {})
        return { check: bullmq(queue), end: () => connection.disconnect() }
      }),
    ],
    openAccount,
    async [Symbol.asyncDispose]() {
      admin.destroy()
      await server.stop()
    },
  }
}
