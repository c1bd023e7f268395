import { exec, execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { promisify } from 'node:util'
import { startMariadb } from '../../../../test/harness/mariadb.ts'
import { startPostgres } from '../../../../test/harness/postgres.ts'
import { startRedis } from '../../../../test/harness/redis.ts'
import { freePort } from '../../../../test/harness/ports.ts'

/** Loads one of the clients. */
export type Load = (name: string) => Promise<unknown>

/** Where the clients are sent: real servers that refuse them, and small ones that repeat what they are sent. */
export interface Places {
  /** Ports and helpers by name; untyped, as the provocations are. */
  readonly places: object
  readonly stop: () => Promise<void>
}

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}

/** A server of lines that greets, and answers every line. */
function lines(greeting: string, answer: (line: string) => string): Server {
  return createServer((socket: Socket) => {
    if (greeting !== '') socket.write(`${greeting}\r\n`)
    socket.on('error', () => {}).on('data', (data) => socket.write(`${answer(String(data).trim())}\r\n`))
  })
}

interface Said {
  readonly status?: number
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** A server of HTTP that reads the whole request, then says something about it. */
function says(make: (request: IncomingMessage, body: string) => Said): Server {
  return createHttpServer((request: IncomingMessage, response: ServerResponse) => {
    let text = ''
    request.on('data', (chunk) => (text += String(chunk)))
    request.on('end', () => answer(request, response, text))
  })

  function answer(request: IncomingMessage, response: ServerResponse, text: string): void {
    const { body, headers = {}, status = 401, type = 'application/json' } = make(request, text)
    response.writeHead(status, { 'content-type': type, ...headers }).end(request.method === 'HEAD' ? '' : body)
  }
}

const keyOf = (request: IncomingMessage): string => String(request.headers.authorization).replace(/^\w+ /, '')

/** What a gateway that is too talkative says about a request that it does not let through. */
function repeat(request: IncomingMessage, body: string): string {
  const shown = ['authorization', 'x-api-key', 'cookie', 'x-vault-token', 'x-amz-security-token', 'api-key']
    .filter((name) => request.headers[name] !== undefined)
    .map((name) => `${name}: ${String(request.headers[name])}`)
  return [`no route for ${request.method} ${request.url}`, ...shown, ...(body === '' ? [] : [`body: ${body}`])].join(
    '; ',
  )
}

/** The same under the names that the kits of suppliers look for. */
function repeatInJson(request: IncomingMessage, body: string): string {
  const message = repeat(request, body)
  return JSON.stringify({
    message,
    error: { message, type: 'invalid_request_error', code: 'invalid_api_key' },
    errors: [{ message }],
    error_description: message,
    errorMessage: message,
    detail: message,
    status: { error: message },
    __type: 'AccessDenied',
  })
}

const SERVERS: Readonly<Record<string, () => Server>> = {
  http: () => says(() => ({ body: '{"error":"unauthorized"}' })),
  echo: () => says((request, body) => ({ body: repeatInJson(request, body) })),
  echoText: () => says((request, body) => ({ type: 'text/plain', body: repeat(request, body) })),
  openText: () => says(() => ({ status: 200, type: 'text/html', body: '<html>Sign in</html>' })),
  badJson: () => says((request) => ({ status: 200, body: `{"url":"${request.url}",}` })),
  redirect: () => says((request) => ({ status: 302, headers: { location: String(request.url) }, body: '' })),
  openGraph: () =>
    says((_, body) => {
      const { variables } = JSON.parse(body) as { variables: Readonly<Record<string, string>> }
      const message = `Variable "$token" got invalid value ${JSON.stringify(variables['token'])}; Int cannot represent it`
      return { status: 200, body: JSON.stringify({ errors: [{ message }] }) }
    }),
  // As these services answer in earnest: the key is in their words.
  openai: () =>
    says((request) => ({
      body: JSON.stringify({
        error: {
          message: `Incorrect API key provided: ${keyOf(request)}. Find your API key at https://platform.openai.com.`,
          type: 'invalid_request_error',
          code: 'invalid_api_key',
        },
      }),
    })),
  s3: () =>
    says((request) => ({
      type: 'application/xml',
      body: `<Error><Code>InvalidToken</Code><Message>The provided token is malformed or otherwise invalid.</Message><Token-0>${String(request.headers['x-amz-security-token'])}</Token-0></Error>`,
    })),
  signature: () =>
    says((request) => ({
      status: 403,
      type: 'application/xml',
      body: `<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided.</Message><CanonicalRequest>GET\n/\n\nhost:127.0.0.1\nx-amz-security-token:${String(request.headers['x-amz-security-token'])}\n</CanonicalRequest></Error>`,
    })),
  smtp: () =>
    lines('220 mail.test ESMTP', (line) =>
      /^EHLO/i.test(line) ? '250-mail.test\r\n250 AUTH PLAIN XOAUTH2' : `535 5.7.8 authentication failed: ${line}`,
    ),
  ftp: () =>
    lines('220 ready', (line) => (/^PASS/i.test(line) ? `530 Login incorrect: ${line}` : '331 Password required')),
  imap: () =>
    lines('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready', (line) => {
      const [tag = '*', verb = ''] = line.split(' ')
      return verb === 'CAPABILITY' ? `* CAPABILITY IMAP4rev1\r\n${tag} OK` : `${tag} NO refused: ${line}`
    }),
  stomp: () =>
    lines('', (line) => `ERROR\nmessage:access refused: ${line.split('\n').slice(1).join(', ')}\n\nrefused\0`),
  silent: () => createServer((socket) => socket.on('error', () => {})),
}

interface PgClient {
  connect(): Promise<void>
  query(text: string): Promise<unknown>
  end(): Promise<void>
}
type PgModule = {
  readonly default: { readonly Client: new (url: string) => PgClient; readonly Pool: new (options: object) => Ended }
}
interface Ended {
  end(): Promise<void>
}
type RedisClass = new (options: object) => { on(event: 'error', listener: () => void): unknown }
interface RedisClient {
  on(event: 'error', listener: () => void): RedisClient
  connect(): Promise<RedisClient>
  destroy(): void
}

/** Opens them all. */
export async function openPlaces(load: Load): Promise<Places> {
  const ports: Record<string, number> = {}
  for (const [name, make] of Object.entries(SERVERS)) ports[name] = await listen(make())
  const [postgres, redis, mariadb] = await Promise.all([
    startPostgres({ maxConnections: 400 }),
    startRedis({ password: 'harness-redis' }),
    startMariadb(),
  ])
  const portOf = (url: string): number => Number(new URL(url).port)
  const pg = async (): Promise<PgModule['default']> => ((await load('pg')) as PgModule).default
  const mysqlUrl = mariadb.url

  const withPg = async (Client: PgModule['default']['Client'], work: (client: PgClient) => Promise<unknown>) => {
    const client = new Client(postgres.url)
    await client.connect()
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }
  const withPool = async (work: (pool: Ended) => Promise<unknown>) => {
    const { Pool } = await pg()
    const pool = new Pool({ connectionString: postgres.url })
    try {
      return await work(pool)
    } finally {
      await pool.end()
    }
  }
  const places = {
    ...ports,
    load,
    closed: await freePort(),
    exec: promisify(exec),
    execFile: promisify(execFile),
    postgres: portOf(postgres.url),
    postgresUrl: postgres.url,
    redis: portOf(redis.url),
    redisUrl: redis.url,
    mariadb: mariadb.port,
    withPg,
    withPool,
    sql: async (text: string, secret: string) => {
      const { Client } = await pg()
      await withPg(Client, async (client) => {
        for (const statement of text.includes('do $$') ? [text] : text.split(/;(?!")/)) {
          await client.query(statement.replaceAll('$1', `'${secret}'`))
        }
      })
    },
    redisClient: (Redis: RedisClass) =>
      new Redis({ port: portOf(redis.url), password: 'harness-redis', retryStrategy: null }).on('error', () => {}),
    async withRedis(createClient: (options: object) => RedisClient, work: (client: RedisClient) => Promise<unknown>) {
      const client = await createClient({ url: redis.url })
        .on('error', () => {})
        .connect()
      return work(client).finally(() => client.destroy())
    },
    async withKnex(work: (knex: unknown) => Promise<unknown>) {
      const { default: knex } = (await load('knex')) as { default: (options: object) => { destroy(): Promise<void> } }
      const quiet = { error() {}, warn() {}, debug() {} }
      const open = knex({ client: 'pg', log: quiet, connection: postgres.url })
      try {
        return await work(open)
      } finally {
        await open.destroy()
      }
    },
    async withDrizzle(work: (db: unknown, sql: unknown) => Promise<unknown>) {
      const { sql } = (await load('drizzle-orm')) as { sql: unknown }
      const { drizzle } = (await load('drizzle-orm/node-postgres')) as { drizzle: (pool: unknown) => unknown }
      return withPool((pool) => work(drizzle(pool), sql))
    },
    async withMysql(
      mysql: {
        createConnection(options: object): { promise(): { query(text: string): Promise<unknown>; destroy(): void } }
      },
      text: string,
    ) {
      const connection = mysql.createConnection({ uri: mysqlUrl, multipleStatements: true }).promise()
      return connection.query(text).finally(() => connection.destroy())
    },
    async withMariadb(
      mariadbClient: {
        createConnection(
          options: object,
        ): Promise<{ query(text: unknown, values?: unknown): Promise<unknown>; destroy(): void }>
      },
      text: unknown,
      values?: unknown,
    ) {
      const connection = await mariadbClient.createConnection({
        host: '127.0.0.1',
        port: mariadb.port,
        user: 'hale',
        password: 'harness-password',
        database: 'shop',
      })
      return connection.query(text, values).finally(() => connection.destroy())
    },
  }
  return {
    places,
    async stop() {
      await Promise.all([postgres.stop(), redis.stop(), mariadb.stop()])
    },
  }
}
