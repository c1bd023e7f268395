import { constants, createHash, generateKeyPairSync, privateDecrypt, randomInt } from 'node:crypto'
import { serveWire, type Wire } from './serve-wire.ts'

/** One row, by column. */
export type MysqlWireRow = Readonly<Record<string, string | number | null>>

export interface MysqlWireOptions {
  /** The password of its user `hale`. */
  readonly password: string
  /** The rows that it answers, by question. What is not here is refused as bad syntax. */
  readonly answers: Readonly<Record<string, readonly MysqlWireRow[]>>
}

export interface MysqlWire extends Wire {
  /** How users have proved their passwords so far. */
  readonly proofs: readonly ('full' | 'fast')[]
}

interface Talk {
  /** What the password is mixed with. */
  readonly nonce: Buffer
  /** What the next message is. */
  expects: 'login' | 'proof' | 'key request' | 'encrypted password' | 'command'
}

const PLUGIN = 'caching_sha2_password'
const [QUIT, QUERY, PING, RESET] = [0x01, 0x03, 0x0e, 0x1f]
/** LONG_PASSWORD, CONNECT_WITH_DB, PROTOCOL_41, TRANSACTIONS, SECURE_CONNECTION, PLUGIN_AUTH and its long form. */
const CAPABILITIES = 0x1 | 0x8 | 0x200 | 0x2000 | 0x8000 | 0x80000 | 0x200000

/**
 * Speaks as much of MySQL's protocol as a client needs to log in as to MySQL 8.4, with `caching_sha2_password` and no TLS, and
 * to be told rows; MySQL itself cannot be had here, and MariaDB knows neither that proof nor MySQL's names of columns.
 * https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html
 */
export async function serveMysqlWire({ answers, password }: MysqlWireOptions): Promise<MysqlWire> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const proofs: ('full' | 'fast')[] = []

  /** As the server has it cached after the first full proof. */
  const isFastProof = (proof: Buffer, nonce: Buffer): boolean => {
    const once = sha256(Buffer.from(password))
    const mixed = sha256(Buffer.concat([sha256(once), nonce]))
    return proofs.length > 0 && proof.equals(xor(once, mixed))
  }

  const prove = (proof: Buffer, talk: Talk, sequence: number): Buffer => {
    if (!isFastProof(proof, talk.nonce)) {
      talk.expects = 'key request'
      return packet(sequence, Buffer.of(1, 4))
    }
    talk.expects = 'command'
    proofs.push('fast')
    return Buffer.concat([packet(sequence, Buffer.of(1, 3)), packet(sequence + 1, OK)])
  }

  const wire = await serveWire<Talk>({
    begin(socket) {
      const nonce = Buffer.from(Array.from({ length: 20 }, () => randomInt(1, 128)))
      socket.write(packet(0, greeting(nonce)))
      return { nonce, expects: 'login' }
    },
    lengthOf: (received) => (received.length < 4 ? undefined : 4 + received.readUIntLE(0, 3)),
    answer(message, talk) {
      const [sequence, body] = [message[3]! + 1, message.subarray(4)]
      switch (talk.expects) {
        case 'login': {
          const { user, proof, plugin } = readLogin(body)
          if (user !== 'hale') return packet(sequence, denied(user))
          if (plugin === PLUGIN) return prove(proof, talk, sequence)
          talk.expects = 'proof'
          return packet(sequence, Buffer.concat([Buffer.of(0xfe), zeroed(PLUGIN), talk.nonce, Buffer.of(0)]))
        }
        case 'proof':
          return prove(body, talk, sequence)
        case 'key request': {
          if (body.length !== 1 || body[0] !== 2) return undefined // nothing else is safe without TLS
          talk.expects = 'encrypted password'
          const pem = publicKey.export({ type: 'spki', format: 'pem' })
          return packet(sequence, Buffer.concat([Buffer.of(1), Buffer.from(pem)]))
        }
        case 'encrypted password': {
          const padding = constants.RSA_PKCS1_OAEP_PADDING
          const told = xor(privateDecrypt({ key: privateKey, padding, oaepHash: 'sha1' }, body), talk.nonce)
          if (told.toString() !== `${password}\0`) return packet(sequence, denied('hale'))
          talk.expects = 'command'
          proofs.push('full')
          return packet(sequence, OK)
        }
        case 'command':
          if (body[0] === QUIT) return undefined
          if (body[0] === PING || body[0] === RESET) return packet(1, OK)
          return body[0] === QUERY ? rowsOf(answers[body.toString('utf8', 1)]) : packet(1, SYNTAX)
      }
    },
  })
  return Object.assign(wire, { proofs })
}

const OK = Buffer.of(0, 0, 0, 2, 0, 0, 0)
const SYNTAX = failure(1064, '42000', 'You have an error in your SQL syntax')

function denied(user: string): Buffer {
  return failure(1045, '28000', `Access denied for user '${user}'@'localhost' (using password: YES)`)
}

function failure(code: number, state: string, message: string): Buffer {
  return Buffer.concat([Buffer.of(0xff, code & 0xff, code >> 8), Buffer.from(`#${state}${message}`)])
}

function greeting(nonce: Buffer): Buffer {
  const capabilities = Buffer.alloc(4)
  capabilities.writeUInt32LE(CAPABILITIES)
  return Buffer.concat([
    Buffer.of(10),
    zeroed('8.4.6'),
    Buffer.of(7, 0, 0, 0),
    nonce.subarray(0, 8),
    Buffer.of(0),
    capabilities.subarray(0, 2),
    Buffer.of(255, 2, 0), // utf8mb4_0900_ai_ci, autocommit
    capabilities.subarray(2),
    Buffer.of(21),
    Buffer.alloc(10),
    nonce.subarray(8),
    Buffer.of(0),
    zeroed(PLUGIN),
  ])
}

function readLogin(body: Buffer): { readonly user: string; readonly proof: Buffer; readonly plugin: string } {
  const capabilities = body.readUInt32LE(0)
  let at = 32
  const readZeroed = (): string => {
    const end = body.indexOf(0, at)
    const text = body.toString('utf8', at, end)
    at = end + 1
    return text
  }
  const user = readZeroed()
  const length = body[at]! // below 251, where its long form is the same
  const proof = body.subarray(at + 1, at + 1 + length)
  at += 1 + length
  if ((capabilities & 0x8) !== 0) readZeroed()
  return { user, proof, plugin: (capabilities & 0x80000) === 0 ? '' : readZeroed() }
}

function rowsOf(rows: readonly MysqlWireRow[] | undefined): Buffer {
  if (rows === undefined) return packet(1, SYNTAX)
  const columns = Object.entries(rows[0] ?? { none: '' })
  const end = Buffer.of(0xfe, 0, 0, 2, 0)
  const payloads = [
    Buffer.of(columns.length),
    ...columns.map(([name, value]) => column(name, typeof value === 'number')),
    end,
    ...rows.map((row) =>
      Buffer.concat(Object.values(row).map((value) => (value === null ? Buffer.of(0xfb) : sized(String(value))))),
    ),
    end,
  ]
  return Buffer.concat(payloads.map((payload, index) => packet(index + 1, payload)))
}

function column(name: string, isNumber: boolean): Buffer {
  const [BIGINT, TEXT] = [0x08, 0xfd]
  return Buffer.concat([
    ...['def', '', '', '', name, name].map(sized),
    Buffer.of(0x0c, 255, 0, 0, 4, 0, 0, isNumber ? BIGINT : TEXT, 0, 0, 0, 0, 0),
  ])
}

function packet(sequence: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUIntLE(payload.length, 0, 3)
  head[3] = sequence
  return Buffer.concat([head, payload])
}

/** With its length before it, which is below 251. */
function sized(text: string): Buffer {
  return Buffer.concat([Buffer.of(Buffer.byteLength(text)), Buffer.from(text)])
}

function zeroed(text: string): Buffer {
  return Buffer.from(`${text}\0`)
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}

/** The second over the first, again and again. */
function xor(bytes: Buffer, over: Buffer): Buffer {
  return Buffer.from(bytes.map((byte, index) => byte ^ over[index % over.length]!))
}
