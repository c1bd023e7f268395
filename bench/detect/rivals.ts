import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Account } from '../../packages/hale/test/subjects/subject.ts'
import { install } from '../install.ts'
import { askHttp, EVERY_MS, type App, type Contender } from './contender.ts'

const own = fileURLToPath(new URL('competitors', import.meta.url))
const folder = join(tmpdir(), 'hale-bench-detect')

interface Rival extends Pick<Contender, 'maker' | 'check' | 'label'> {
  /** What its process is told to be. */
  readonly kind: string
  readonly fullPool?: string
}

const rival = (maker: Rival['maker'], check: string, label: string, kind: string, fullPool?: string): Rival => ({
  maker,
  check,
  label,
  kind,
  ...(fullPool !== undefined && { fullPool }),
})
const OPENS_ITS_OWN = 'it opens a client of its own for each question'
const ONE = 'the client has one connection, no pool'
const AS_MANY = 'the client opens as many connections as are asked for'

/** What the others have for the servers that we check, by the name of the server. */
const RIVALS: Readonly<Record<string, readonly Rival[]>> = {
  postgres: [
    rival('godaddy', 'postgres', 'pg', 'godaddy-pg'),
    rival('Terminus', 'orm', 'TypeORM', 'terminus-typeorm'),
    rival('Terminus', 'orm', 'Sequelize', 'terminus-sequelize'),
    rival('Terminus', 'orm', 'Prisma', 'terminus-prisma'),
  ],
  mysql: [rival('godaddy', 'mysql', 'mysql2', 'godaddy-mysql2')],
  redis: [
    rival('godaddy', 'redis', 'ioredis', 'godaddy-ioredis', ONE),
    rival('godaddy', 'redis', 'redis', 'godaddy-redis', ONE),
    rival('Terminus', 'redis', 'microservice', 'terminus-redis', OPENS_ITS_OWN),
  ],
  mongodb: [
    rival('godaddy', 'mongodb', 'mongodb', 'godaddy-mongodb', 'the server of the harness knows no command that lasts'),
    rival(
      'Terminus',
      'mongodb',
      'Mongoose',
      'terminus-mongoose',
      'the server of the harness knows no command that lasts',
    ),
  ],
  http: [rival('Terminus', 'http', 'http', 'terminus-http', AS_MANY)],
  grpc: [rival('Terminus', 'grpc', 'gRPC', 'terminus-grpc', ONE)],
}

/** What was measured, as installed. */
export function versions(): string {
  const manifest = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>
  }
  return ['@nestjs/terminus', '@godaddy/terminus'].map((name) => `${name} ${manifest.dependencies[name]}`).join(', ')
}

export function installRivals(): void {
  install(folder, readFileSync(join(own, 'package.json'), 'utf8'))
  cpSync(join(own, 'server.mjs'), join(folder, 'server.mjs'))
}

/** Those for one server, each with an account of its own. */
export async function rivalsOf(server: string, openAccount: () => Promise<Account>): Promise<readonly Contender[]> {
  return Promise.all(
    (RIVALS[server] ?? []).map(async ({ fullPool, kind, ...names }) => {
      const account = await openAccount()
      const without = fullPool === undefined ? {} : { 'full pool': fullPool }
      return { ...names, account, without, start: (port: number) => start(kind, account.url(port)) }
    }),
  )
}

/** It asks when it is asked, so it is asked as often as Hale asks. */
async function start(kind: string, url: string): Promise<App> {
  const child = fork(join(folder, 'server.mjs'), [kind, url], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  let complaint = ''
  child.stderr?.on('data', (text: Buffer) => (complaint = (complaint + text.toString()).slice(-2_000)))
  const message = await answerOf<{ readonly listening: number }>(child)
  if (message === undefined) throw new Error(`${kind} ended instead of listening: ${complaint}`)
  const endpoint = `http://127.0.0.1:${message.listening}/health`
  const tell = async (word: 'take' | 'give'): Promise<void> => {
    child.send(word)
    await answerOf(child)
  }
  return {
    readEveryMs: EVERY_MS,
    async ask(withinMs) {
      const ended = child.exitCode !== null
      return ended
        ? { well: undefined, said: `its process ended: ${complaint}` }
        : askHttp({ url: endpoint, withinMs }, gist)
    },
    async takeAll() {
      await tell('take')
      return () => tell('give')
    },
    async close() {
      if (child.exitCode !== null) return
      const exit = once(child, 'exit')
      child.disconnect()
      await exit
    },
  }
}

async function answerOf<T>(child: ChildProcess): Promise<T | undefined> {
  const [found] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [T | number | null]
  return typeof found === 'object' && found !== null ? found : undefined
}

/** What it says of the failure, in a few words. */
function gist(body: string): string {
  const [, message] = /"message":"((?:[^"\\]|\\.)*)"/.exec(body) ?? []
  return (message ?? body).slice(0, 80)
}
