import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@clickhouse/client'
import { clickhouse } from 'hale/checks/clickhouse'
import { startClickhouse } from '../../../../test/harness/clickhouse.ts'
import { KEEPS_ONE, through, type Bed, type Opened, type Subject } from './subject.ts'

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
  const subject = async (name: string, client: string, open: (url: string) => Opened): Promise<Subject> => {
    await set(name, 'right')
    return {
      check: 'clickhouse',
      client,
      open: async (port) => open(through(`http://${name}:right@${server.host}`, port)),
      async loseAccount() {
        await set(name, 'changed')
        return () => set(name, 'right')
      },
      ...(client === 'url' && { without: { 'full pool': KEEPS_ONE } }),
    }
  }
  return {
    server,
    subjects: [
      await subject('app1', 'url', (url) => ({ check: clickhouse(url) })),
      await subject('app2', '@clickhouse/client', (url) => {
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
    [Symbol.asyncDispose]: () => server.stop(),
  }
}
