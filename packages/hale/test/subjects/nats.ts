import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AckPolicy, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { jetstream } from 'hale/checks/jetstream'
import { nats } from 'hale/checks/nats'
import { connect as connect2 } from 'nats'
import { startServer } from '../../../../test/harness/server.ts'
import { KEEPS_ONE, ONE_CONNECTION, through, type Account, type Bed, type Opened, type Subject } from './subject.ts'

const NAMES = ['admin', 'app1', 'app2', 'app3', 'app4', 'app5'] as const
type Name = (typeof NAMES)[number]
const MAILER = { stream: 'shop', consumer: 'mailer' } as const

/** NATS with JetStream, with an account for each. */
export async function openNats(): Promise<Bed> {
  const passwords = new Map(NAMES.map((name) => [name, 'right']))
  const users = (): string => [...passwords].map(([user, password]) => `{user: ${user}, password: ${password}}`).join()
  const server = await startServer({
    binary: 'nats-server',
    unprivileged: true,
    prepare: ({ folder, host, port }) =>
      writeFile(
        join(folder, 'nats.conf'),
        `listen: "${host}:${port}"\njetstream {store_dir: "${folder}"}\ninclude users.conf\n`,
      ).then(() => writeFile(join(folder, 'users.conf'), `authorization {timeout: 30, users: [${users()}]}\n`)),
    args: ({ folder }) => ['-c', join(folder, 'nats.conf')],
    ready: /Server is ready/,
    url: ({ host, port }) => `nats://admin:right@${host}:${port}`,
  })
  const set = async (name: Name, password: string): Promise<void> => {
    passwords.set(name, password)
    await writeFile(join(server.folder, 'users.conf'), `authorization {timeout: 30, users: [${users()}]}\n`)
    process.kill(server.pid, 'SIGHUP')
    // It reads them in its own time.
    for (let known = false; !known;) known = await knows(server.port, name, password)
  }
  await addConsumer(server.port)

  const account = (name: Name): Account => ({
    url: (port) => through(`nats://${name}:right@${server.host}:1`, port),
    async lose() {
      await set(name, 'changed')
      return () => set(name, 'right')
    },
  })
  const subject = (
    name: Name,
    check: string,
    client: string,
    open: (port: number, user: Name) => Opened | Promise<Opened>,
  ): Subject => ({
    check,
    client,
    account: account(name),
    open: async (port) => open(port, name),
    without: { 'full pool': client === 'url' ? KEEPS_ONE : ONE_CONNECTION },
  })
  const options = (port: number, user: Name) => ({
    servers: `${server.host}:${port}`,
    user,
    pass: 'right',
    maxReconnectAttempts: -1,
    // Otherwise both clients give up for good when the password is wrong twice.
    ignoreAuthErrorAbort: true,
  })
  return {
    server,
    subjects: [
      subject('app1', 'nats', 'url', (port, user) => ({ check: nats(account(user).url(port)) })),
      subject('app2', 'nats', '@nats-io/transport-node', async (port, user) => {
        const connection = await connect(options(port, user))
        return { check: nats(connection), end: () => connection.close() }
      }),
      subject('app3', 'nats', 'nats', async (port, user) => {
        const connection = await connect2(options(port, user))
        return { check: nats(connection), end: () => connection.close() }
      }),
      subject('app4', 'jetstream', 'url', (port, user) => ({
        check: jetstream(account(user).url(port), MAILER),
      })),
      subject('app5', 'jetstream', '@nats-io/jetstream', async (port, user) => {
        const connection = await connect(options(port, user))
        return { check: jetstream(await jetstreamManager(connection), MAILER), end: () => connection.close() }
      }),
    ],
    [Symbol.asyncDispose]: () => server.stop(),
  }
}

async function knows(port: number, user: Name, pass: string): Promise<boolean> {
  try {
    const connection = await connect({ servers: `127.0.0.1:${port}`, user, pass, reconnect: false })
    await connection.close()
    return true
  } catch {
    return false
  }
}

async function addConsumer(port: number): Promise<void> {
  const connection = await connect({ servers: `127.0.0.1:${port}`, user: 'admin', pass: 'right' })
  const manager = await jetstreamManager(connection)
  await manager.streams.add({ name: MAILER.stream, subjects: ['shop.>'] })
  await manager.consumers.add(MAILER.stream, { durable_name: MAILER.consumer, ack_policy: AckPolicy.Explicit })
  await connection.close()
}
