import { mongodb } from 'hale/checks/mongodb'
import { MongoClient, type Document } from 'mongodb'
import mongoose from 'mongoose'
import { serveMongoWire } from '../../../../test/harness/mongo-wire.ts'
import { KEEPS_ONE, through, type Account, type Bed, type Opened, type Subject } from './subject.ts'

const REFUSED: Document = { ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'command ping requires authentication' }
const NO_LONG_COMMAND = 'the server of the harness knows no command that lasts'

/** What speaks the wire protocol as strictly as the driver needs it, a name for each: no MongoDB can be had here. */
export async function openMongodb(): Promise<Bed> {
  const refused = new Set<string>()
  const server = await serveMongoWire({ ping: (application) => (refused.has(application) ? REFUSED : { ok: 1 }) })
  let count = 0
  const openAccount = async (): Promise<Account> => {
    const name = `app${(count += 1)}`
    return {
      url: (port) => through(`mongodb://${server.host}:1/shop?directConnection=true&appName=${name}`, port),
      async lose() {
        refused.add(name)
        return async () => refused.delete(name)
      },
    }
  }
  const subject = async (client: string, open: (url: string) => Opened | Promise<Opened>): Promise<Subject> => {
    const account = await openAccount()
    const without = { 'full pool': client === 'url' ? KEEPS_ONE : NO_LONG_COMMAND }
    return { check: 'mongodb', client, account, without, open: async (port) => open(account.url(port)) }
  }
  return {
    server,
    subjects: [
      await subject('url', (url) => ({ check: mongodb(url) })),
      await subject('mongodb', (url) => {
        const client = new MongoClient(url)
        return { check: mongodb(client), end: () => client.close(true) }
      }),
      await subject('mongoose', async (url) => {
        const connection = await mongoose.createConnection(url).asPromise()
        connection.on('error', () => {})
        return { check: mongodb(connection.getClient()), end: () => connection.close(true) }
      }),
    ],
    openAccount,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
