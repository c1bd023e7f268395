// Collects what real clients throw: corpus.json, texts that show the secret that the client held, and plain.json, messages
// without any. Installs the clients into a temporary folder, so that the repository does not carry them, and provokes them
// against closed ports, servers that refuse or repeat, and private instances of PostgreSQL, MariaDB and Redis.
//
//     npx node packages/hale/test/corpus/collect.ts [folder with the clients installed] [folder to write to]
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import { CLOSE, OPEN, type CorpusEntry, type PlainEntry } from './corpus.ts'
import { openPlaces } from './places.ts'
import { provocations, plain } from './provocations/index.mjs'

const VERSIONS: Readonly<Record<string, string>> = {
  '@anthropic-ai/sdk': '1.12.0',
  '@aws-sdk/client-dynamodb': '3.1164.0',
  '@aws-sdk/client-s3': '3.1169.0',
  '@aws-sdk/client-sqs': '3.1169.0',
  '@aws-sdk/client-sts': '3.1169.0',
  '@azure/identity': '4.13.1',
  '@azure/service-bus': '7.9.5',
  '@azure/storage-blob': '12.32.0',
  '@clickhouse/client': '1.23.1',
  '@elastic/elasticsearch': '9.4.3',
  '@google-cloud/storage': '7.22.0',
  '@grpc/grpc-js': '1.14.7',
  '@hapi/wreck': '18.1.2',
  '@influxdata/influxdb-client': '1.35.0',
  '@libsql/client': '0.18.0',
  '@nats-io/transport-node': '3.4.0',
  '@neondatabase/serverless': '1.2.0',
  '@octokit/request': '10.0.16',
  '@opensearch-project/opensearch': '3.9.0',
  '@planetscale/database': '1.20.2',
  '@platformatic/kafka': '1.35.0',
  '@qdrant/js-client-rest': '1.18.0',
  '@sendgrid/mail': '8.1.6',
  '@sentry/node': '11.12.0',
  '@slack/web-api': '8.2.0',
  '@supabase/supabase-js': '2.109.0',
  '@upstash/redis': '1.39.0',
  ajv: '8.20.0',
  'amqp-connection-manager': '5.0.0',
  amqplib: '2.3.1',
  arangojs: '10.4.0',
  arktype: '2.2.9',
  axios: '1.21.1',
  'basic-ftp': '6.2.6',
  bullmq: '6.7.0',
  'cassandra-driver': '4.10.0',
  commander: '14.0.3',
  consul: '2.0.1',
  convict: '6.2.5',
  'cross-spawn': '7.0.6',
  'csv-parse': '7.0.3',
  dockerode: '5.0.1',
  'drizzle-orm': '0.45.4',
  envalid: '8.2.0',
  etcd3: '1.1.2',
  execa: '9.6.1',
  'fast-jwt': '6.3.6',
  'fast-xml-parser': '5.12.1',
  gaxios: '7.3.1',
  'google-auth-library': '10.9.1',
  got: '14.6.6',
  graphql: '16.15.0',
  'graphql-request': '7.4.0',
  imapflow: '2.10.2',
  influx: '5.12.0',
  ioredis: '5.11.1',
  'isomorphic-git': '1.44.11',
  joi: '18.3.2',
  jose: '6.2.17',
  'js-yaml': '5.5.0',
  json5: '2.2.3',
  jsonwebtoken: '9.0.3',
  kafkajs: '2.2.4',
  knex: '3.3.0',
  ky: '1.14.3',
  kysely: '0.28.18',
  ldapjs: '3.0.7',
  ldapts: '8.2.0',
  'make-fetch-happen': '15.0.6',
  mariadb: '3.5.4',
  meilisearch: '0.62.0',
  memjs: '1.3.2',
  minio: '8.0.7',
  mongodb: '7.9.0',
  mongoose: '9.12.1',
  mqtt: '5.16.0',
  mssql: '12.7.14',
  mysql2: '3.24.6',
  nano: '11.0.7',
  nconf: '0.13.0',
  needle: '3.5.0',
  'neo4j-driver': '6.3.0',
  'node-fetch': '3.3.2',
  'node-telegram-bot-api': '2.1.0',
  'node-vault': '0.12.0',
  nodemailer: '10.6.0',
  oauth4webapi: '3.8.8',
  objection: '3.1.5',
  ofetch: '1.5.1',
  openai: '6.49.0',
  'openid-client': '6.8.9',
  oracledb: '26.0.0',
  pg: '8.23.1',
  'pg-boss': '10.4.2',
  'pg-promise': '12.7.1',
  phin: '4.0.0',
  postgres: '3.4.9',
  pusher: '5.3.4',
  redis: '6.3.1',
  'reflect-metadata': '0.2.2',
  request: '2.88.2',
  rhea: '3.0.5',
  sequelize: '6.37.8',
  shelljs: '0.10.0',
  'simple-git': '4.0.2',
  'smol-toml': '1.9.1',
  soap: '1.13.0',
  'socket.io-client': '4.8.4',
  ssh2: '1.17.0',
  'ssh2-sftp-client': '12.1.1',
  stompit: '1.0.0',
  stripe: '23.1.0',
  superagent: '10.4.2',
  superstruct: '2.0.2',
  tedious: '19.2.2',
  telegraf: '4.16.3',
  twilio: '6.2.0',
  typeorm: '1.1.1',
  typesense: '3.1.0',
  undici: '7.30.2',
  urllib: '4.9.1',
  valibot: '1.5.0',
  'web-push': '3.6.7',
  wretch: '2.11.1',
  ws: '8.23.0',
  yaml: '2.9.1',
  yargs: '18.2.0',
  yup: '1.7.1',
  zod: '4.6.7',
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

const [, , given, target = import.meta.dirname] = process.argv
const folder = given ?? mkdtempSync(join(tmpdir(), 'hale-corpus-'))
if (!existsSync(join(folder, 'node_modules'))) {
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  const packages = Object.entries(VERSIONS).map(([name, version]) => `${name}@${version}`)
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages], { cwd: folder })
}
// Inside the folder, so that `import` finds what is installed there.
writeFileSync(join(folder, 'load.mjs'), 'export const load = (name) => import(name)\n')
const loader = (await import(pathToFileURL(join(folder, 'load.mjs')).href)) as { load(name: string): Promise<object> }

async function load(name: string): Promise<unknown> {
  // `drizzle-orm/node-postgres` is a part of `drizzle-orm`.
  const known = Object.keys(VERSIONS).some((each) => name === each || name.startsWith(`${each}/`))
  if (!known) return {}
  if (name === 'typeorm') await loader.load('reflect-metadata')
  return await loader.load(name)
}

const { places, stop } = await openPlaces(load)

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
  const marked = spellings(secret).reduce(
    (whole, spelling) => whole.replaceAll(spelling, `${OPEN}${spelling}${CLOSE}`),
    text,
  )
  return markParts(marked, secret).replaceAll(/⟦+/g, OPEN).replaceAll(/⟧+/g, CLOSE)
}

/** Characters of a secret that are as good as all of it. */
const TELLING_PART = 7

/** Marks parts of a secret that was cut short, as JSON.parse does. */
function markParts(text: string, secret: string): string {
  for (let length = secret.length - 1; length >= TELLING_PART; length--) {
    for (let from = 0; from + length <= secret.length; from++) {
      const part = secret.slice(from, from + length)
      const open = text.split(/(⟦[^⟧]*⟧)/)
      if (!open.some((each) => !each.startsWith(OPEN) && each.includes(part))) continue
      return open
        .map((each) => (each.startsWith(OPEN) ? each : each.replaceAll(part, `${OPEN}${part}${CLOSE}`)))
        .join('')
    }
  }
  return text
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

/** What a provocation throws, by whatever way; undefined when it does not. */
async function provoked(provoke: () => unknown): Promise<unknown> {
  strangers.length = 0
  return Promise.race([
    (async () => provoke())().then(
      () => sleep(100).then(() => strangers[0]),
      (error: unknown) => error,
    ),
    sleep(2_500).then(() => strangers[0]),
  ])
}

/** What is the same but for the secret, numbers and places of the machine. */
function keyOf(text: string): string {
  return text.replaceAll(/⟦.*?⟧/gs, '⟦⟧').replaceAll(/\d{4,}/g, '0')
}

const tidy = (text: string): string => text.replaceAll(folder, '/app').replaceAll(process.cwd(), '/app')
const entries = new Map<string, CorpusEntry>()
const plainEntries = new Map<string, PlainEntry>()
/** Notes a message that is the same whatever the secret was: then it holds none. */
const notePlain = (client: string, thrown: readonly unknown[]): void => {
  const [text = '', ...others] = thrown.map((each) => (each instanceof Error ? tidy(each.message) : ''))
  const isSame = others.every((other) => keyOf(other) === keyOf(text))
  if (text !== '' && text.length <= MAX_TEXT && isSame) plainEntries.set(keyOf(text), { client, text })
}

for (const [client, what, provoke] of provocations) {
  const module = await load(client).catch((error: unknown) => console.error(`${client} does not load:`, error))
  let found = 0
  const all: unknown[] = []
  for (const makeSecret of SECRETS) {
    const secret = makeSecret()
    const thrown = await provoked(() => provoke(secret, places, module))
    const shown = textsOf(thrown)
      .map(([form, text]) => [form, excerpt(mark(tidy(text), secret))] as const)
      .filter(([, text]) => text.includes(OPEN))
    const messageTells = shown.some(([form]) => form === 'message')
    // Where the message tells, the other forms tell the same.
    for (const [form, text] of messageTells && !client.includes(':') ? shown.slice(0, 2) : shown) {
      found++
      // One secret will do to show the forms that are not shown to anybody as they are.
      if (form !== 'message' && makeSecret !== SECRETS[0]) continue
      const key = `${form} ${keyOf(text)} ${SECRETS.indexOf(makeSecret)}`
      const version = VERSIONS[client] ?? process.version
      entries.set(key, entries.get(key) ?? { client, version, what, form, text })
    }
    all.push(thrown)
  }
  notePlain(client, all)
  console.log(`${String(found).padStart(3)}  ${client}: ${what}`)
}
for (const [client, provoke] of plain) {
  notePlain(client, [await provoked(async () => provoke(places, await load(client)))])
}

const write = (name: string, content: readonly object[]): void => {
  writeFileSync(join(target, name), `[\n${content.map((each) => JSON.stringify(each)).join(',\n')}\n]\n`)
}
write('corpus.json', [...entries.values()])
write('plain.json', [...plainEntries.values()])
const messages = new Set([...entries.values()].filter(({ form }) => form === 'message').map(({ text }) => keyOf(text)))
console.log(
  `${entries.size} texts of ${new Set([...entries.values()].map((entry) => entry.client)).size} clients, ` +
    `${messages.size} different messages; ${plainEntries.size} messages without a secret`,
)
await stop()
process.exit(0)
