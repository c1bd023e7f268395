import type { DependencyCheck } from '../core/check.ts'
import type { Finding } from '../core/error-sentences.ts'
import type { Result } from '../core/result.ts'
import { textRule, type Rules } from '../core/rules.ts'
import { clientCheck, sourceProblem, urlOf } from './support/client-check.ts'
import { codeInText } from './support/code-in-text.ts'
import { keepClient, reshape, type KeptClient } from './support/kept-client.ts'
import { placeOfClient } from './support/client-place.ts'
import { refuseMisuse } from './support/misuse.ts'
import { loadPeer } from './support/peer.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'
import { judgeRole, roleRule, type Role } from './support/role.ts'
import { worstOf } from './support/worst-of.ts'
import { POOL_EXHAUSTED, WRONG_ROLE } from './support/told.ts'

/** A database: a `Db` of `mongodb`, or `connection.db` of mongoose. */
export interface MongodbDatabase {
  command(command: { readonly ping: 1 } | { readonly hello: 1 }): Promise<unknown>
}

/** What a client must have: a `MongoClient` of `mongodb`, or what `connection.getClient()` of mongoose gives. */
export interface MongodbClient {
  db(name?: string): MongodbDatabase
}

/** A connection of mongoose: `mongoose.connection`, or what `mongoose.createConnection()` gives. */
export interface MongooseConnection {
  getClient(): MongodbClient
}

export interface MongodbOptions extends TimeLimits {
  /** The role of the server that answers, else `WRONG_ROLE`: `primary` proves that writes can be taken. Default: any. */
  readonly role?: Role
  /** How messages call the server. Default: the hosts where the URL or the client tells them, else `MongoDB`. */
  readonly where?: string
}

const RULES: Rules<MongodbOptions> = { role: roleRule, where: textRule, ...TIME_LIMITS }

/**
 * Asks MongoDB `ping` through the app's own client, database or mongoose connection. Of the last it asks the client
 * that it has at each run, past mongoose's buffers, which would hold a question back until there is a connection. Given
 * a URL (`mongodb://…`, `mongodb+srv://…`), it keeps one client of its own with one connection (needs the package
 * `mongodb`). Costs one `ping` per run and one `hello` more when a role is set, never more than one at a time.
 *
 * Observed: time of the answer in ms. Data: role.
 *
 * Codes: `CONNECTION_FAILED` when the client was closed.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function mongodb(source: MongodbSource | string | URL, options: MongodbOptions = {}): DependencyCheck {
  refuseMisuse('mongodb', options, RULES, {
    source: sourceProblem(source, ['mongodb', 'mongodb+srv'], ['command', 'db', 'getClient']),
  })
  const { role } = options
  const url = urlOf(source)
  const place =
    options.where ?? (url === undefined ? placeOfClient(sourceOf(source as MongodbSource)) : hostsOf(url)) ?? 'MongoDB'

  return clientCheck<MongodbDatabase>({
    kind: 'mongodb',
    through: url === undefined ? { client: databaseOf(source as MongodbSource) } : { kept: keepConnection(url) },
    place,
    question: 'ping',
    codes: codeOfMongodb,
    async ask(database, { clock }) {
      const startedAt = clock.now()
      await database.command({ ping: 1 })
      return worstOf(
        judgeTime(clock.now() - startedAt, options, `ping at ${place}`),
        role === undefined ? undefined : await askRole(database, role, place),
      )
    },
  })
}

type MongodbSource = MongodbClient | MongodbDatabase | MongooseConnection

function databaseOf(source: MongodbSource): MongodbDatabase {
  if ('command' in source) return source
  return { command: async (command) => clientOf(source).db('admin').command(command) }
}

/** What tells where it leads to: mongoose has no client before it is told to connect. */
function sourceOf(source: MongodbSource): unknown {
  return 'getClient' in source ? source.getClient() : source
}

/** Mongoose makes a client when it is told to connect, and another one when it is told so again. */
function clientOf(source: MongodbClient | MongooseConnection): MongodbClient {
  if (!('getClient' in source)) return source
  const client: MongodbClient | null | undefined = source.getClient()
  if (client !== null && client !== undefined) return client
  throw Object.assign(new Error('mongoose has not been told to connect'), { name: NOT_CONNECTED })
}

const NOT_CONNECTED = 'MongooseNotConnected'

/** https://www.mongodb.com/docs/manual/reference/command/hello/ */
async function askRole(database: MongodbDatabase, role: Role, place: string): Promise<Result> {
  const { isWritablePrimary } = (await database.command({ hello: 1 })) as { isWritablePrimary?: unknown }
  return judgeRole(isWritablePrimary === true ? 'primary' : 'replica', role, place)
}

/** `a:27017,b:27017/shop`: a URL of several hosts is none that `URL` can parse. */
function hostsOf(url: string): string | undefined {
  return /^mongodb(?:\+srv)?:\/\/(?:[^?]*@)?([^/?]+(?:\/[^?]+)?)/.exec(url)?.[1]
}

/** https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml */
const BY_NUMBER: Readonly<Record<number, Finding | undefined>> = {
  11: 'AUTH_FAILED', // UserNotFound
  13: 'AUTH_FAILED', // Unauthorized
  18: 'AUTH_FAILED', // AuthenticationFailed
  91: 'NOT_READY', // ShutdownInProgress
  10107: WRONG_ROLE, // NotWritablePrimary
  11600: 'NOT_READY', // InterruptedAtShutdown
  13436: 'NOT_READY', // NotPrimaryOrSecondary
}

const BY_NAME: Readonly<Record<string, Finding | undefined>> = {
  MongoNetworkTimeoutError: 'TIMEOUT',
  MongoOperationTimeoutError: 'TIMEOUT',
  MongoWaitQueueTimeoutError: POOL_EXHAUSTED,
  MongoPoolClosedError: 'CONNECTION_FAILED',
  MongoTopologyClosedError: 'CONNECTION_FAILED',
  MongoNotConnectedError: 'CONNECTION_FAILED',
  MongoClientClosedError: 'CONNECTION_FAILED',
  MongoExpiredSessionError: 'CONNECTION_FAILED',
  MongoParseError: 'PROTOCOL_ERROR',
  [NOT_CONNECTED]: 'NOT_READY',
}

/** A number of the server's, a name of the driver's, or what is left of Node's own in the text. */
function codeOfMongodb(error: unknown): Finding | undefined {
  const { code, message, name } = (error ?? {}) as { code?: unknown; message?: unknown; name?: unknown }
  if (typeof code === 'number') return BY_NUMBER[code] ?? 'QUERY_FAILED'
  const text = String(message)
  const known = typeof name === 'string' && Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined
  if (known !== undefined) return known
  if (typeof code === 'string') return undefined // one of Node's
  if (text.startsWith('Server selection timed out')) return 'CONNECTION_TIMEOUT'
  return codeInText(text) ?? (/^connection \d+ to .* closed|timed out$/.test(text) ? 'CONNECTION_RESET' : undefined)
}

interface OwnClient extends MongodbClient {
  connect(): Promise<unknown>
  close(force: boolean): Promise<void>
}

function keepConnection(url: string): KeptClient<MongodbDatabase> {
  const kept = keepClient<OwnClient>({
    async make(timeoutMs) {
      const { MongoClient } = await loadPeer('mongodb', () => import('mongodb'))
      // Its own timeouts end a little before the run, so that it can still say what was wrong.
      const limit = Math.max(1, Math.floor(timeoutMs * 0.85))
      return new MongoClient(url, {
        ...(/[?&]appname=/i.test(url) ? {} : { appName: 'hale' }),
        maxPoolSize: 1,
        serverSelectionTimeoutMS: limit,
        connectTimeoutMS: limit,
        retryReads: false,
      })
    },
    connect: (client) => client.connect(),
    end: (client) => client.close(true),
  })
  return reshape(kept, databaseOf)
}
