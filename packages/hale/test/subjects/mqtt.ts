import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mqtt } from 'hale/checks/mqtt'
import { connectAsync } from 'mqtt'
import { startMosquitto } from '../../../../test/harness/mosquitto.ts'
import { KEEPS_ONE, ONE_CONNECTION, through, type Account, type Bed, type Subject } from './subject.ts'

const NAMES = ['app1', 'app2'] as const
type Name = (typeof NAMES)[number]

/** Mosquitto, with an account for each. */
export async function openMqtt(): Promise<Bed> {
  const server = await startMosquitto({ password: 'of-the-admin' })
  const passwords = new Map(NAMES.map((name) => [name, 'right']))
  /** It reads them at once, and ends the sessions of those whose password is another. */
  const readAnew = (): void => {
    writeFileSync(join(server.folder, 'users'), [...passwords].map(([...user]) => passwordLine(...user)).join(''))
    process.kill(server.pid, 'SIGHUP')
  }
  const set = async (name: Name, password: string): Promise<void> => {
    passwords.set(name, password)
    readAnew()
  }
  const account = (name: Name): Account => ({
    url: (port) => through(`mqtt://${name}:right@${server.host}`, port),
    async lose() {
      await set(name, 'changed')
      return () => set(name, 'right')
    },
  })
  const subject = (name: Name, client: string, open: (url: string) => ReturnType<Subject['open']>): Subject => ({
    check: 'mqtt',
    client,
    account: account(name),
    without: { 'full pool': client === 'url' ? KEEPS_ONE : ONE_CONNECTION },
    open: (port) => open(account(name).url(port)),
  })
  readAnew()
  for (const name of NAMES) {
    while (!(await isKnown(account(name).url(server.port))));
  }
  return {
    server,
    subjects: [
      subject('app1', 'url', async (url) => ({ check: mqtt(url) })),
      subject('app2', 'mqtt', async (url) => {
        const client = await connectAsync(url, { reconnectOnConnackError: true })
        client.on('error', () => {})
        return { check: mqtt(client), end: () => client.endAsync(true) }
      }),
    ],
    [Symbol.asyncDispose]: () => server.stop(),
  }
}

/** A line of its password file. https://mosquitto.org/man/mosquitto_passwd-1.html */
function passwordLine(name: string, password: string): string {
  const [salt, rounds] = [randomBytes(12), 101]
  const hash = pbkdf2Sync(password, salt, rounds, 64, 'sha512')
  return `${name}:$7$${rounds}$${salt.toString('base64')}$${hash.toString('base64')}\n`
}

async function isKnown(url: string): Promise<boolean> {
  try {
    const client = await connectAsync(url, { reconnectPeriod: 0 })
    await client.endAsync()
    return true
  } catch {
    return false
  }
}
