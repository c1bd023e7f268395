import { mongodb } from 'hale/checks/mongodb'
import { MongoClient, type Document } from 'mongodb'
import mongoose from 'mongoose'
import { serveMongoWire } from '../../../../test/harness/mongo-wire.ts'
import { KEEPS_ONE, through, type Bed, type Mend } from './subject.ts'

const WELL: Document = { ok: 1 }
const REFUSED: Document = { ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'command ping requires authentication' }
const NO_LONG_COMMAND = 'the server of the harness knows no command that lasts'

/** What speaks the wire protocol as strictly as the driver needs it: no MongoDB can be had here. */
export async function openMongodb(): Promise<Bed> {
  let ping = WELL
  const server = await serveMongoWire({
    get ping() {
      return ping
    },
  })
  const loseAccount = async (): Promise<Mend> => {
    ping = REFUSED
    return async () => (ping = WELL)
  }
  const url = (port: number): string => through(`mongodb://${server.host}:1/shop?directConnection=true`, port)
  return {
    server,
    subjects: [
      {
        check: 'mongodb',
        client: 'url',
        open: async (port) => ({ check: mongodb(url(port)) }),
        loseAccount,
        without: { 'full pool': KEEPS_ONE },
      },
      {
        check: 'mongodb',
        client: 'mongodb',
        async open(port) {
          const client = new MongoClient(url(port))
          return { check: mongodb(client), end: () => client.close(true) }
        },
        loseAccount,
        without: { 'full pool': NO_LONG_COMMAND },
      },
      {
        check: 'mongodb',
        client: 'mongoose',
        async open(port) {
          const connection = await mongoose.createConnection(url(port)).asPromise()
          connection.on('error', () => {})
          return { check: mongodb(connection.getClient()), end: () => connection.close(true) }
        },
        loseAccount,
        without: { 'full pool': NO_LONG_COMMAND },
      },
    ],
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
