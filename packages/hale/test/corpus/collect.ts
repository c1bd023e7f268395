// Collects corpus.json: what real clients throw while they hold a secret. Installs the clients into a temporary folder,
// so that the repository does not carry them, provokes them against closed ports, refusing servers and the harness's
// PostgreSQL and Redis, and keeps every text that shows the secret.
//
//     npx node packages/hale/test/corpus/collect.ts [folder with the clients installed]
import { exec, execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { inspect, promisify } from 'node:util'
import { startPostgres } from '../../../../test/harness/postgres.ts'
import { startRedis } from '../../../../test/harness/redis.ts'
import { CLOSE, OPEN, type CorpusEntry } from './corpus.ts'
import { provocations } from './provocations.mjs'

const VERSIONS: Readonly<Record<string, string>> = {
  '@aws-sdk/client-s3': '3.1169.0',
  '@azure/storage-blob': '12.32.0',
  '@clickhouse/client': '1.23.1',
  '@elastic/elasticsearch': '9.4.3',
  '@grpc/grpc-js': '1.14.7',
  '@influxdata/influxdb-client': '1.35.0',
  '@nats-io/transport-node': '3.4.0',
  '@platformatic/kafka': '1.35.0',
  '@sendgrid/mail': '8.1.6',
  '@slack/web-api': '8.2.0',
  amqplib: '2.3.1',
  axios: '1.21.1',
  'basic-ftp': '6.2.6',
  bullmq: '6.7.0',
  'cassandra-driver': '4.10.0',
  convict: '6.2.5',
  envalid: '8.2.0',
  got: '14.6.6',
  imapflow: '2.10.2',
  ioredis: '5.11.1',
  joi: '18.3.2',
  jsonwebtoken: '9.0.3',
  knex: '3.3.0',
  ky: '1.14.3',
  ldapts: '8.2.0',
  mariadb: '3.5.4',
  minio: '8.0.7',
  mongodb: '7.9.0',
  mongoose: '9.12.1',
  mqtt: '5.16.0',
  mysql2: '3.24.6',
  needle: '3.5.0',
  'neo4j-driver': '6.3.0',
  'node-fetch': '3.3.2',
  nodemailer: '10.6.0',
  openai: '6.49.0',
  pg: '8.23.1',
  'pg-promise': '12.7.1',
  postgres: '3.4.9',
  redis: '6.3.1',
  'reflect-metadata': '0.2.2',
  sequelize: '6.37.8',
  'simple-git': '4.0.2',
  ssh2: '1.17.0',
  stripe: '23.1.0',
  superagent: '10.4.2',
  tedious: '19.2.2',
  typeorm: '1.1.1',
  undici: '7.30.2',
  ws: '8.23.0',
}

/** Secrets that are nobody's: a word, a mixed password, a random token. What is drawn changes with every collection. */
const SECRETS: readonly (() => string)[] = [
  () => draw('bcdfghjkmnpqrstvwxz', 14),
  () => `${draw('ABCDEFGHJKLMNPQRSTUVWXYZ', 2)}${draw('abcdefghijkmnpqrstuvwxyz23456789', 12)}!`,
  () => draw('ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789', 32),
]

function draw(letters: string, length: number): string {
  return [...randomBytes(length)].map((byte) => letters[byte % letters.length]).join('')
}

/** What is longer is cut to whole lines around the secret. Characters. */
const MAX_TEXT = 1_500

const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'hale-corpus-'))
if (!existsSync(join(folder, 'node_modules'))) {
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  const packages = Object.entries(VERSIONS).map(([name, version]) => `${name}@${version}`)
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages], { cwd: folder })
}
// Inside the folder, so that `import` finds what is installed there.
writeFileSync(join(folder, 'load.mjs'), 'export const load = (name) => import(name)\n')
const loader = (await import(pathToFileURL(join(folder, 'load.mjs')).href)) as { load(name: string): Promise<object> }

async function load(name: string): Promise<unknown> {
  if (!(name in VERSIONS)) return {}
  if (name === 'typeorm') await loader.load('reflect-metadata')
  return await loader.load(name)
}

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}

/** A server of lines that greets, and answers every line the same. */
function lines(greeting: string, answer: (line: string) => string): Server {
  return createServer((socket: Socket) => {
    socket.write(`${greeting}\r\n`)
    socket.on('error', () => {}).on('data', (data) => socket.write(`${answer(String(data).trim())}\r\n`))
  })
}

const refuse = (body: (request: IncomingMessage) => string, type = 'application/json') =>
  createHttpServer((request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(401, { 'content-type': type }).end(body(request))
  })

const keyOf = (request: IncomingMessage): string => String(request.headers.authorization).replace(/^\w+ /, '')
const ports = {
  http: await listen(refuse(() => '{"error":"unauthorized"}')),
  // As these services answer in earnest: the key is in their words.
  openai: await listen(
    refuse((request) =>
      JSON.stringify({
        error: {
          message: `Incorrect API key provided: ${keyOf(request)}. Find your API key at https://platform.openai.com.`,
          type: 'invalid_request_error',
          code: 'invalid_api_key',
        },
      }),
    ),
  ),
  s3: await listen(
    refuse(
      (request) =>
        `<Error><Code>InvalidToken</Code><Message>The provided token is malformed or otherwise invalid.</Message><Token-0>${String(request.headers['x-amz-security-token'])}</Token-0></Error>`,
      'application/xml',
    ),
  ),
  smtp: await listen(
    lines('220 mail.test ESMTP', (line) =>
      /^EHLO/i.test(line) ? '250-mail.test\r\n250 AUTH PLAIN XOAUTH2' : `535 5.7.8 authentication failed: ${line}`,
    ),
  ),
  ftp: await listen(
    lines('220 ready', (line) => (/^PASS/i.test(line) ? `530 Login incorrect: ${line}` : '331 Password required')),
  ),
  silent: await listen(createServer((socket) => socket.on('error', () => {}))),
}
const closedServer = createServer()
const closed = await listen(closedServer)
closedServer.close()

const postgres = await startPostgres()
const redis = await startRedis({ password: 'harness-redis' })
const portOf = (url: string): number => Number(new URL(url).port)

interface PgClient {
  connect(): Promise<void>
  query(text: string, values?: readonly string[]): Promise<unknown>
  end(): Promise<void>
}
type PgModule = { readonly default: { readonly Client: new (url: string) => PgClient } }
type RedisClass = new (options: object) => { on(event: 'error', listener: () => void): unknown }

const places = {
  ...ports,
  closed,
  exec: promisify(exec),
  execFile: promisify(execFile),
  postgres: portOf(postgres.url),
  postgresUrl: postgres.url,
  redis: portOf(redis.url),
  async sql(text: string, secret: string) {
    const client = new ((await load('pg')) as PgModule).default.Client(postgres.url)
    await client.connect()
    try {
      for (const statement of text.split(';')) await client.query(statement.replaceAll('$1', `'${secret}'`))
    } finally {
      await client.end()
    }
  },
  redisClient: (Redis: RedisClass) =>
    new Redis({ port: portOf(redis.url), password: 'harness-redis', retryStrategy: null }).on('error', () => {}),
}

/** The three ways in which an error comes to be text: its message, printed, and serialised. */
function textsOf(error: unknown): readonly (readonly [CorpusEntry['form'], string])[] {
  const stack = / {4}at .*\n?/g
  // Some errors cannot be serialised, or throw when they are looked at.
  const attempt = (make: () => string | undefined): string => {
    try {
      return make() ?? ''
    } catch {
      return ''
    }
  }
  return [
    ['message', attempt(() => (error instanceof Error ? error.message : ''))],
    ['inspect', attempt(() => inspect(error, { depth: 4, breakLength: 120 }).replaceAll(stack, ''))],
    ['json', attempt(() => JSON.stringify(error)?.replaceAll(/\\n {4}at [^"\\]*/g, ''))],
  ]
}

/** The spellings of a secret; longest first, so that no part is marked before the whole. */
function spellings(secret: string): readonly string[] {
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  return [base64(`app:${secret}`), base64(secret), base64(`\0app\0${secret}`), encodeURIComponent(secret), secret]
}

function mark(text: string, secret: string): string {
  return spellings(secret)
    .reduce((marked, spelling) => marked.replaceAll(spelling, `${OPEN}${spelling}${CLOSE}`), text)
    .replaceAll(`${OPEN}${OPEN}`, OPEN)
    .replaceAll(`${CLOSE}${CLOSE}`, CLOSE)
}

/** Whole lines around the first secret. */
function excerpt(text: string): string {
  if (text.length <= MAX_TEXT) return text
  const from = Math.max(0, text.indexOf(OPEN) - MAX_TEXT / 2)
  const start = from === 0 ? 0 : text.indexOf('\n', from) + 1
  const end = text.lastIndexOf('\n', start + MAX_TEXT)
  const part = text.slice(start, end <= start ? undefined : end)
  return part.includes(OPEN) && part.length <= 2 * MAX_TEXT ? part : ''
}

const strangers: unknown[] = []
process
  .on('uncaughtException', (error) => strangers.push(error))
  .on('unhandledRejection', (error) => strangers.push(error))

const entries = new Map<string, CorpusEntry>()
const versions: Record<string, string> = { node: process.version, ...VERSIONS }
for (const [client, what, provoke] of provocations) {
  const module = await load(client).catch((error: unknown) => console.error(`${client} does not load:`, error))
  let found = 0
  for (const makeSecret of SECRETS) {
    const secret = makeSecret()
    strangers.length = 0
    const thrown: unknown = await Promise.race([
      (async () => provoke(secret, places, module))().then(
        () => sleep(300).then(() => strangers[0]),
        (error: unknown) => error,
      ),
      sleep(2_500).then(() => strangers[0]),
    ])
    for (const [form, text] of textsOf(thrown)) {
      const marked = excerpt(mark(text.replaceAll(folder, '/app'), secret))
      if (!marked.includes(OPEN)) continue
      found++
      const key = `${form} ${marked.replaceAll(/⟦.*?⟧/gs, '⟦⟧').replaceAll(/\d{4,}/g, '0')} ${SECRETS.indexOf(makeSecret)}`
      entries.set(
        key,
        entries.get(key) ?? { client, version: versions[client] ?? process.version, what, form, text: marked },
      )
    }
  }
  console.log(`${String(found).padStart(3)}  ${client}: ${what}`)
}

const sorted = [...entries.values()]
writeFileSync(new URL('./corpus.json', import.meta.url), `${JSON.stringify(sorted, null, 1)}\n`)
console.log(
  `${sorted.length} texts of ${new Set(sorted.map((entry) => entry.client)).size} clients, ${readFileSync(new URL('./corpus.json', import.meta.url)).length} bytes`,
)
await Promise.all([postgres[Symbol.asyncDispose](), redis[Symbol.asyncDispose]()])
process.exit(0)
