import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { overview } from '@hale/contract'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startFlask } from '../../../test/harness/flask.ts'
import { startHale } from '../../../test/harness/hale-command.ts'
import { startPostgres } from '../../../test/harness/postgres.ts'
import type { RealServer } from '../../../test/harness/server.ts'

const example = fileURLToPath(new URL('..', import.meta.url))
const KEY = 'a-key-of-this-test'
/** How long to wait for what comes within seconds, on a machine that does other work. */
const SOON = { timeout: 30_000, interval: 100 }

describe('the Flask example', () => {
  let api: Server
  let flask: RealServer
  let postgres: RealServer
  let store: string
  let env: Readonly<Record<string, string>>

  beforeEach(async () => {
    ;[flask, postgres] = await Promise.all([startFlask(join(example, 'app.py')), startPostgres()])
    api = createServer((_request, response) => response.end('ok'))
    await once(api.listen(0, '127.0.0.1'), 'listening')
    store = await mkdtemp(join(tmpdir(), 'hale-flask-'))
    env = {
      FLASK_PORT: String(flask.port),
      DATABASE_URL: postgres.url,
      PAYMENTS_URL: `http://127.0.0.1:${(api.address() as AddressInfo).port}/status`,
      HEALTH_KEY: KEY,
      HALE_STORE: store,
    }
  })
  afterEach(async () => {
    api.close()
    api.closeAllConnections()
    await Promise.all([flask.stop(), postgres.stop()])
    await rm(store, { recursive: true })
  })

  it('Flask says healthy without its database; hale serve says what broke, and the monitor sees both', async () => {
    await using sidecar = startHale(['serve', 'serve.yaml', '--port', '0'], { cwd: example, env })
    const [, url = ''] = await sidecar.seen(/Ask {3}(\S+)/u)
    for (const check of ['app', 'database', 'payments-api']) {
      await sidecar.seen(new RegExp(`● healthy +${check} `, 'u'))
    }
    await sidecar.seen(/ (?:disk|memory) +\d/u)
    expect(sidecar.output()).not.toContain('harness-password')

    await using monitor = startHale(['up', 'hale.yaml', '--port', '0'], {
      cwd: example,
      env: { ...env, SERVE_PORT: new URL(url).port },
    })
    const [, link = ''] = await monitor.seen(/Open {2}(\S+)/u)
    const [, key = ''] = await monitor.seen(/Key {3}(hale_\S+)/u)
    const watched = async () => {
      const answer = await fetch(`${new URL(link).origin}/api/v1/overview`, { headers: { 'x-api-key': key } })
      const { targets } = overview.parse(await answer.json())
      return Object.fromEntries(targets.map((target) => [target.name, target]))
    }
    const ask = async (path = '', headers: Readonly<Record<string, string>> = { 'x-api-key': KEY }) => {
      const answer = await fetch(url + path, { headers })
      return { code: answer.status, body: (await answer.json()) as Record<string, unknown> }
    }
    expect(await ask()).toMatchObject({ code: 200, body: { service: { name: 'orders' } } })
    await expect.poll(watched, SOON).toMatchObject({ orders: { status: 'healthy' } })

    await postgres.stop()
    await sidecar.seen(/✖ unhealthy +database .*CONNECTION_REFUSED: Nothing listens at 127\.0\.0\.1/u)
    expect(await ask()).toMatchObject({
      code: 503,
      body: {
        status: 'unhealthy',
        checks: {
          app: { status: 'healthy' },
          database: { status: 'unhealthy', code: 'CONNECTION_REFUSED', kind: 'postgres' },
          'payments-api': { status: 'healthy' },
        },
      },
    })
    // E10: who has no key learns the status and no more.
    expect(await ask('', {})).toEqual({ code: 503, body: { status: 'unhealthy' } })
    expect((await ask('/live')).code).toBe(200)
    const classic = await fetch(`${flask.url}/health`)
    expect([classic.status, await classic.json()]).toEqual([200, { status: 'healthy' }])

    await expect.poll(watched, SOON).toMatchObject({
      orders: { status: 'healthy' },
      'orders in depth': { status: 'unhealthy', sentence: expect.stringContaining('database') as string },
    })

    sidecar.signal('SIGTERM')
    expect(await sidecar.ended).toBe(0)
    monitor.signal('SIGTERM')
    expect(await monitor.ended).toBe(0)
  })
})
