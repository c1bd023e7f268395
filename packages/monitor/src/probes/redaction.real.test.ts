import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiIncident, Overview } from '@hale/contract'
import { expect, it } from 'vitest'
import { listenHttp } from '../../test/listen.ts'
import { runMonitor } from '../../test/run-monitor.ts'

const SECRET = 'Hunter2Secret'
const dsn = `postgres://app:${SECRET}@db.internal:5432/shop`

/** What an app answers that passes on whatever its checks threw; each text with a secret in it. */
const LEAKING = {
  status: 'DOWN',
  description: `token=${SECRET}`,
  components: {
    [`cache at redis://:${SECRET}@cache:6379`]: { status: 'DOWN', details: { error: `WRONGPASS for ${dsn}` } },
    database: { status: 'DOWN', details: { error: `connect ECONNREFUSED ${dsn}`, url: dsn, password: SECRET } },
  },
}

it('E10, S4: no secret of a target’s document reaches the database, the API, the stream, the metrics, the terminal or a webhook', async () => {
  let leaks = false
  let asked = 0
  const told: string[] = []
  await using app = await listenHttp((_request, response) => {
    asked += 1
    response.setHeader('content-type', 'application/json')
    response.statusCode = leaks ? 503 : 200
    response.end(leaks ? JSON.stringify(LEAKING) : '{"status":"UP"}')
  })
  await using receiver = await listenHttp((request, response) => {
    const took = async (): Promise<void> => {
      told.push(JSON.stringify(request.headers) + (await text(request)))
      response.end()
    }
    void took()
  })
  await using monitor = await runMonitor(`
defaults: { every: 1s, timeout: 1s }
channels: [{ name: hook, kind: webhook, url: 'http://127.0.0.1:${receiver.port}/' }, { name: here, kind: console }]
targets: [{ name: shop, url: 'http://127.0.0.1:${app.port}/health', kind: health }]
`)
  const json = async <T>(path: string): Promise<T> => (await monitor.ask(path)).json() as Promise<T>
  const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await holds())) await sleep(50)
  }
  await until(async () => (await json<Overview>('/api/v1/overview')).status === 'healthy')
  const stream = await monitor.ask('/api/v1/stream')
  let streamed = ''
  const reading = (async () => {
    for await (const chunk of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) streamed += chunk
  })().catch(() => undefined)

  leaks = true
  await until(() => told.length > 0 && streamed.includes('event: incident'))
  const seen = asked
  await until(() => asked > seen + 1)
  leaks = false
  await until(() => told.length > 1)

  const { items } = await json<{ items: ApiIncident[] }>('/api/v1/incidents')
  const paths = [
    'overview',
    'targets',
    'targets/shop',
    'targets/shop/samples',
    'incidents',
    `incidents/${items[0]?.id}`,
    'notifications',
  ]
  const answers = await Promise.all(paths.map(async (path) => (await monitor.ask(`/api/v1/${path}`)).text()))
  answers.push(await (await monitor.ask('/metrics')).text(), await (await monitor.ask('/health')).text())
  const files = await Promise.all(
    (await readdir(monitor.folder)).map(async (file) =>
      (await readFile(join(monitor.folder, file))).toString('latin1'),
    ),
  )
  const everything = [...answers, ...files, streamed, ...told, ...monitor.printed]
  // Else the test would look at nothing: the rest of the text is there, everywhere.
  for (const some of [answers, files, [streamed], told]) expect(some.join('')).toContain('postgres://***@db.internal')
  expect(everything.filter((each) => each.includes(SECRET))).toEqual([])
  void reading
})
