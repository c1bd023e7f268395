import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@clickhouse/client'
import { clickhouse } from 'hale/checks/clickhouse'
import { startClickhouse } from '../../../../test/harness/clickhouse.ts'
import { KEEPS_ONE, through, type Account, type Bed, type Opened, type Subject } from './subject.ts'

/** ClickHouse, with an account for each. */
export async function openClickhouse(): Promise<Bed> {
  const server = await startClickhouse()
  const file = join(server.folder, 'users.xml')
  const ofAdmin = await readFile(file, 'utf8')
  const passwords = new Map<string, string>()
  const admin = new URL(server.url)
  const authorization = `Basic ${btoa(`${admin.username}:${admin.password}`)}`
  const set = async (name: string, password: string): Promise<void> => {
    passwords.set(name, password)
    const accounts = [...passwords].map(
      ([user, secret]) => `<${user}><password>${secret}</password><networks><ip>127.0.0.1</ip></networks>
        <profile>default</profile><quota>default</quota></${user}>`,
    )
    await writeFile(file, ofAdmin.replace('</users>', `${accounts.join('\n')}</users>`))
    const reload = { method: 'POST', body: 'SYSTEM RELOAD CONFIG', headers: { authorization } }
    const answer = await fetch(admin.origin, reload)
    if (!answer.ok) throw new Error(`ClickHouse did not take its users: ${await answer.text()}`)
  }
  const openAccount = async (): Promise<Account> => {
    const name = `app${passwords.size + 1}`
    await set(name, 'right')
    return {
      url: (port) => through(`http://${name}:right@${server.host}`, port),
      async lose() {
        await set(name, 'changed')
        return () => set(name, 'right')
      },
    }
  }
  const subject = async (client: string, open: (url: string) => Opened): Promise<Subject> => {
    const account = await openAccount()
    const without = client === 'url' ? { 'full pool': KEEPS_ONE } : {}
    return { check: 'clickhouse', client, account, without, open: async (port) => open(account.url(port)) }
  }
  return {
    server,
    subjects: [
      await subject('url', (url) => ({ check: clickhouse(url) })),
      await subject('@clickhouse/client', (url) => {
        const client = createClient({ url, log: { level: 127 }, max_open_connections: 1 })
        return {
          check: clickhouse(client),
          async takeAll() {
            const endless = 'SELECT number FROM system.numbers'
            const held = await client.query({ query: endless, format: 'JSONEachRow' })
            return async () => held.close()
          },
          end: () => client.close(),
        }
      }),
    ],
    openAccount,
    [Symbol.asyncDispose]: () => server.stop(),
  }
}
