import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startNats } from '../../../../test/harness/nats.ts'
import type { RealServer } from '../../../../test/harness/server.ts'
import { isInstalled } from './installed.ts'
import { openServe } from './open-serve.ts'

const host = '127.0.0.1'
const PAGE = {
  page: { id: 'p', name: 'Pay' },
  status: { indicator: 'minor', description: 'Partly down' },
  components: [],
  incidents: [],
  scheduled_maintenances: [],
}
const page = createServer((_, response) =>
  response.setHeader('content-type', 'application/json').end(JSON.stringify(PAGE)),
)
const mail = new SMTPServer({ logger: false, authOptional: true, disableReverseLookup: true })
let folder: string
let nats: RealServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hale-types-'))
  const orders = new DatabaseSync(join(folder, 'app.db'))
  orders.exec('CREATE TABLE orders (id INTEGER)')
  orders.close()
  nats = await startNats({ password: 'hunter2hunter2' })
  await once(page.listen(0, host), 'listening')
  mail.listen(0, host)
  await once(mail.server, 'listening')
})
afterAll(async () => {
  page.close()
  mail.close(() => {})
  await nats.stop()
  await rm(folder, { recursive: true })
})

it('asks what a file names, each by what is really there', async () => {
  const env = {
    NATS_URL: nats.url,
    PAGE: `http://${host}:${(page.address() as AddressInfo).port}`,
    MAIL_PORT: String((mail.server.address() as AddressInfo).port),
    FOLDER: folder,
    PID: String(process.pid),
  }
  const text = `
checks:
  load: { type: load, degraded: 100000 }
  bus: { type: nats, url: '\${NATS_URL}', timeout: 10s }
  mailer: { type: jetstream, url: '\${NATS_URL}', stream: none, consumer: mailer, timeout: 10s }
  supplier: { type: status-page, url: '\${PAGE}', timeout: 10s }
  clock: { type: clock-skew, url: '\${PAGE}', timeout: 10s }
  mail:
    type: smtp
    host: 127.0.0.1
    port: \${MAIL_PORT}
    timeout: 10s
  orders: { type: sqlite, path: '\${FOLDER}/app.db', query: SELECT count(*) FROM orders, timeout: 10s }
  uploads: { type: writable-path, path: '\${FOLDER}', timeout: 10s }
  worker:
    type: process-alive
    pid: \${PID}
`
  const { health } = await openServe(text, { file: 'hale.yaml', env, isInstalled, mode: 'on-request' })
  try {
    const { checks } = await health.report()
    expect(checks).toMatchObject({
      bus: { status: 'healthy' },
      mailer: { status: 'unhealthy', code: 'NOT_FOUND' },
      supplier: { status: 'degraded' },
      clock: { status: 'healthy' },
      mail: { status: 'healthy' },
      orders: { status: 'healthy' },
      uploads: { status: 'healthy' },
      worker: { status: 'healthy' },
      load: { status: 'healthy' },
    })
    expect(JSON.stringify(checks)).not.toContain('hunter2')
  } finally {
    await health.close()
  }
})
