import { mysql } from 'hale/checks/mysql'
import mariadb from 'mariadb'
import mysql2 from 'mysql2/promise'
import { startMariadb } from '../../../../test/harness/mariadb.ts'
import { KEEPS_ONE, through, type Account, type Bed, type Mend, type Opened, type Subject } from './subject.ts'

/** Connections of each pool. */
const MAX = 2

/** MariaDB, with an account for each. */
export async function openMysql(): Promise<Bed> {
  const server = await startMariadb({ maxConnections: 100 })
  const admin = await mysql2.createConnection(server.url)
  let count = 0
  const openAccount = async (): Promise<Account> => {
    const name = `app${(count += 1)}`
    await admin.query(`CREATE USER ${name}@'%' IDENTIFIED BY 'right'`)
    await admin.query(`GRANT ALL ON shop.* TO ${name}@'%'`)
    return {
      url: (port) => through(`mysql://${name}:right@${server.host}/shop`, port),
      async lose() {
        await admin.query(`ALTER USER ${name}@'%' IDENTIFIED BY 'changed'`)
        await admin.query(`KILL USER ${name}`)
        return () => admin.query(`ALTER USER ${name}@'%' IDENTIFIED BY 'right'`)
      },
    }
  }
  const subject = async (client: string, open: (url: string) => Opened): Promise<Subject> => {
    const account = await openAccount()
    const without = client === 'url' ? { 'full pool': KEEPS_ONE } : {}
    return { check: 'mysql', client, account, without, open: async (port) => open(account.url(port)) }
  }
  return {
    server,
    subjects: [
      await subject('url', (url) => ({ check: mysql(url) })),
      await subject('mysql2', (uri) => {
        const pool = mysql2.createPool({ uri, connectionLimit: MAX })
        return { check: mysql(pool), takeAll: () => takeAll(pool), end: () => pool.end() }
      }),
      await subject('mariadb', (url) => {
        const { hostname: host, password, port, username: user } = new URL(url)
        const account = { host, port: Number(port), user, password, database: 'shop' }
        const pool = mariadb.createPool({ ...account, connectionLimit: MAX, acquireTimeout: 2_000 })
        return { check: mysql(pool), takeAll: () => takeAll(pool), end: () => pool.end() }
      }),
    ],
    openAccount,
    async [Symbol.asyncDispose]() {
      await admin.end()
      await server.stop()
    },
  }
}

async function takeAll(pool: { getConnection(): Promise<{ release(): unknown }> }): Promise<Mend> {
  const held = await Promise.all(Array.from({ length: MAX }, () => pool.getConnection()))
  return () => Promise.all(held.map((connection) => connection.release()))
}
