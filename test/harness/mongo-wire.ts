import { BSON, type Document } from 'mongodb'
import { serveWire, type Wire } from './serve-wire.ts'

export interface MongoWireOptions {
  /** Default true. */
  readonly primary?: boolean
  /** What `ping` answers instead of `{ ok: 1 }`; a function is told the name that the application gave of itself. */
  readonly ping?: Document | ((application: string) => Document)
}

export interface MongoWire extends Wire {
  /** Names of the commands that came. */
  readonly commands: readonly string[]
}

const OP_REPLY = 1
const OP_QUERY = 2004
const OP_MSG = 2013

/**
 * Speaks as much of MongoDB's wire protocol as a driver needs to say hello and ping, and refuses the rest: no MongoDB and
 * none that speaks like it can be had here. https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
 */
export async function serveMongoWire(options: MongoWireOptions = {}): Promise<MongoWire> {
  const commands: string[] = []
  const wire = await serveWire<Talk>({
    begin: () => ({ application: '', options, commands }),
    // One that is too short has no answer.
    lengthOf: (received) => (received.length < 4 ? undefined : Math.max(4, received.readInt32LE(0))),
    answer: (message, talk) => (message.length < 16 ? undefined : answer(message, talk)),
  })
  return Object.assign(wire, { commands })
}

/** One connection. */
interface Talk {
  application: string
  readonly options: MongoWireOptions
  readonly commands: string[]
}

/** The answer to one message; undefined when it is none that is understood. */
function answer(message: Buffer, talk: Talk): Buffer | undefined {
  const [id, opcode] = [message.readInt32LE(4), message.readInt32LE(12)]
  if (opcode === OP_QUERY) {
    const end = message.indexOf(0, 20)
    if (message.toString('latin1', 20, end) !== 'admin.$cmd') return undefined
    const body = Buffer.alloc(20)
    body.writeInt32LE(1, 16) // one document
    return packed(
      id,
      OP_REPLY,
      Buffer.concat([body, BSON.serialize(run(BSON.deserialize(message.subarray(end + 9)), talk))]),
    )
  }
  // No flags that change what follows, and one section of kind 0, the command itself.
  if (opcode !== OP_MSG || message.readUInt32LE(16) > 0xffff || message[20] !== 0) return undefined
  const command = BSON.deserialize(message.subarray(21))
  if (typeof command['$db'] !== 'string') return undefined
  return packed(id, OP_MSG, Buffer.concat([Buffer.alloc(5), BSON.serialize(run(command, talk))]))
}

function run(command: Document, talk: Talk): Document {
  const { ping = { ok: 1 }, primary = true } = talk.options
  const [name = ''] = Object.keys(command)
  talk.commands.push(name)
  switch (name) {
    case 'hello':
    case 'ismaster':
    case 'isMaster':
      talk.application = (command['client'] as Document | undefined)?.['application']?.name ?? talk.application
      return {
        isWritablePrimary: primary,
        ismaster: primary,
        ...(primary ? {} : { secondary: true, setName: 'rs', hosts: ['127.0.0.1:1'] }),
        maxBsonObjectSize: 16_777_216,
        maxMessageSizeBytes: 48_000_000,
        maxWriteBatchSize: 100_000,
        minWireVersion: 0,
        maxWireVersion: 25,
        ok: 1,
      }
    case 'ping':
      return typeof ping === 'function' ? ping(talk.application) : ping
    case 'endSessions':
      return { ok: 1 }
    case 'saslStart':
      return { ok: 0, code: 18, codeName: 'AuthenticationFailed', errmsg: 'Authentication failed.' }
    default:
      return { ok: 0, code: 59, codeName: 'CommandNotFound', errmsg: `no such command: '${name}'` }
  }
}

function packed(responseTo: number, opcode: number, body: Buffer): Buffer {
  const header = Buffer.alloc(16)
  header.writeInt32LE(16 + body.length, 0)
  header.writeInt32LE(responseTo, 8)
  header.writeInt32LE(opcode, 12)
  return Buffer.concat([header, body])
}
