import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js'
import { HealthImplementation } from 'grpc-health-check'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { startHale } from '../../../../../test/harness/hale-command.ts'
import { startMosquitto } from '../../../../../test/harness/mosquitto.ts'
import { startNats } from '../../../../../test/harness/nats.ts'
import { startRabbitmq } from '../../../../../test/harness/rabbitmq.ts'

const host = '127.0.0.1'
const password = 'hunter2hunter2'
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
// Lets nobody in without the key.
const sockets = new WebSocketServer({
  server: page,
  verifyClient: ({ req }: { req: { headers: Record<string, unknown> } }) => req.headers['x-key'] === 'k',
})
const mail = new SMTPServer({ logger: false, authOptional: true, disableReverseLookup: true })
const stock = new GrpcServer()
new HealthImplementation({ orders: 'SERVING', payments: 'NOT_SERVING' }).addToServer(stock)

const portOf = (server: { address(): AddressInfo | string | null }): string =>
  String((server.address() as AddressInfo).port)
const running = new AsyncDisposableStack()
let env: Readonly<Record<string, string>>
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hale-types-'))
  running.defer(() => rm(folder, { recursive: true }))
  const orders = new DatabaseSync(join(folder, 'app.db'))
  orders.exec('CREATE TABLE orders (id INTEGER)')
  orders.close()
  const [nats, rabbitmq, mosquitto] = await Promise.all(
    [startNats({ password }), startRabbitmq({ password }), startMosquitto({ password })].map(async (starting) =>
      running.use(await starting),
    ),
  )
  await once(page.listen(0, host), 'listening')
  mail.listen(0, host)
  await once(mail.server, 'listening')
  const grpcPort = await new Promise<number>((resolve, reject) => {
    stock.bindAsync(`${host}:0`, ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    )
  })
  env = {
    NATS_URL: nats?.url ?? '',
    AMQP_URL: rabbitmq?.url ?? '',
    MQTT_URL: mosquitto?.url ?? '',
    MQTT_PORT: String(mosquitto?.port),
    STOCK_URL: `http://${host}:${grpcPort}`,
    PAGE_PORT: portOf(page),
    MAIL_PORT: portOf(mail.server),
    PID: String(process.pid),
  }
})
afterAll(async () => {
  stock.forceShutdown()
  sockets.close()
  page.close()
  mail.close(() => {})
  await running.disposeAsync()
})

const OFTEN = 'every: 1s, jitter: 0, timeout: 10s'
const FILE = `
serve: { listen: 127.0.0.1:0, keys: [whole] }
checks:
  load: { type: load, degraded: 100000, ${OFTEN} }
  bus: { type: nats, url: '\${NATS_URL}', ${OFTEN} }
  mailer: { type: jetstream, url: '\${NATS_URL}', stream: none, consumer: mailer, ${OFTEN} }
  rabbit: { type: rabbitmq, url: '\${AMQP_URL}', publish: true, where: the broker, ${OFTEN} }
  jobs: { type: rabbitmq, url: '\${AMQP_URL}', queue: none, messagesDegraded: 100, ${OFTEN} }
  devices: { type: mqtt, url: '\${MQTT_URL}', topic: devices/+/alive, silentDegraded: 1h, ${OFTEN} }
  stranger: { type: mqtt, url: 'mqtt://hale:wrong@127.0.0.1:\${MQTT_PORT}', ${OFTEN} }
  live: { type: websocket, url: 'ws://127.0.0.1:\${PAGE_PORT}/live', headers: { x-key: k }, ${OFTEN} }
  closed: { type: websocket, url: 'ws://127.0.0.1:\${PAGE_PORT}/live', ${OFTEN} }
  orders-service: { type: grpc, url: '\${STOCK_URL}', service: orders, ${OFTEN} }
  payments-service: { type: grpc, url: '\${STOCK_URL}', service: payments, ${OFTEN} }
  supplier: { type: status-page, url: 'http://127.0.0.1:\${PAGE_PORT}', ${OFTEN} }
  clock: { type: clock-skew, url: 'http://127.0.0.1:\${PAGE_PORT}', ${OFTEN} }
  mail:
    type: smtp
    host: 127.0.0.1
    port: \${MAIL_PORT}
    timeout: 10s
  orders: { type: sqlite, path: app.db, query: SELECT count(*) FROM orders, ${OFTEN} }
  uploads: { type: writable-path, path: ., ${OFTEN} }
  worker:
    type: process-alive
    pid: \${PID}
    timeout: 10s
`

it('asks what a file names, each by what is really there', async () => {
  await writeFile(join(folder, 'hale.yaml'), FILE)
  await using hale = startHale(['serve'], { cwd: folder, env })
  const [, url = ''] = await hale.seen(/Ask {3}(http:\/\/127\.0\.0\.1:\d+\/health)\n/u)
  const report = async (): Promise<unknown> => {
    const answer = await fetch(url, { headers: { accept: 'application/json', 'x-api-key': 'whole' } })
    return answer.json()
  }
  await expect.poll(report, { timeout: 30_000 }).toMatchObject({
    checks: {
      bus: { status: 'healthy' },
      mailer: { status: 'unhealthy', code: 'NOT_FOUND' },
      rabbit: { status: 'healthy' },
      jobs: { status: 'unhealthy', code: 'NOT_FOUND' },
      devices: { status: 'healthy' },
      stranger: { status: 'unhealthy', code: 'AUTH_FAILED' },
      live: { status: 'healthy' },
      closed: { status: 'unhealthy', code: 'HTTP_STATUS' },
      'orders-service': { status: 'healthy' },
      'payments-service': { status: 'unhealthy', code: 'NOT_READY' },
      supplier: { status: 'degraded' },
      clock: { status: 'healthy' },
      mail: { status: 'healthy' },
      orders: { status: 'healthy' },
      uploads: { status: 'healthy' },
      worker: { status: 'healthy' },
      load: { status: 'healthy' },
    },
  })
  expect(JSON.stringify(await report())).not.toContain('hunter2')
  expect(hale.output()).not.toContain('hunter2')
})
