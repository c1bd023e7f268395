import 'reflect-metadata'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { DynamicModule } from '@nestjs/common'
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { HealthIndicatorService, TerminusModule } from '@nestjs/terminus'
import { expect, it, vi } from 'vitest'
import { fromIndicator } from '../checks/terminus.ts'
import { createHealth } from '../core/create-health.ts'
import type { Health } from '../core/health.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { HEALTH, healthModule } from './nest.ts'
import { shutDown } from './support/shut-down.ts'

async function start(
  imports: DynamicModule['imports'],
  providers: DynamicModule['providers'] = [],
  adapter: AbstractHttpAdapter = new ExpressAdapter(),
) {
  const module = class App {
    readonly name = 'shop'
  }
  const app = await NestFactory.create({ module, imports, providers } as DynamicModule, adapter, { logger: false })
  await app.listen(0, '127.0.0.1')
  const server: Server = app.getHttpServer()
  const { port } = server.address() as AddressInfo
  return { app, server, url: `http://127.0.0.1:${port}` }
}

it('makes the health of what is injected, such as the indicators of Terminus, and gives it to whoever asks', async () => {
  const module = healthModule(
    {
      imports: [TerminusModule],
      inject: [HealthIndicatorService],
      useFactory: (indicators: HealthIndicatorService) =>
        createHealth({
          checks: { queue: { check: fromIndicator(() => indicators.check('queue').down('full')), impact: 'fails' } },
        }),
    },
    { keys: ['open-sesame'] },
  )
  const { app, url } = await start(
    [module],
    [{ provide: 'user', inject: [HEALTH], useFactory: (health: Health) => health }],
  )
  const answer = await fetch(`${url}/health`, { headers: { 'x-api-key': 'open-sesame' } })
  expect([answer.status, await answer.json()]).toMatchObject([
    503,
    { checks: { queue: { message: 'The indicator queue says down: full. See what it asks.' } } },
  ])
  expect(app.get<Health>('user').has('queue')).toBe(true)
  await app.close()
})

it.each([
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
])('E9: on %s, the shutdown of Nest drains, serves out kept connections, then closes the checks', async (_, make) => {
  const clock = createFakeClock()
  const check = scriptedCheck(['healthy'])
  const health = createHealth({ clock, drainWait: '4s', checks: { check } })
  const { app, server, url } = await start([healthModule(health, { proxyIdle: '30s', grace: '1m' })], [], make())
  expect(server.keepAliveTimeout).toBeGreaterThanOrEqual(31_000)
  const ask = async (path: string): Promise<unknown[]> => {
    const answer = await fetch(url + path)
    await answer.text()
    return [answer.status, answer.headers.get('connection')]
  }
  const exit = vi.spyOn(process, 'kill').mockReturnValue(true)
  app.enableShutdownHooks(['SIGUSR2'])
  process.emit('SIGUSR2', 'SIGUSR2')
  await expect.poll(() => ask('/health/ready')).toEqual([503, 'keep-alive'])
  expect(await ask('/health/live')).toEqual([200, 'keep-alive'])
  await clock.advance('4s')
  await expect.poll(() => server.listening).toBe(false)
  expect(check.closes).toBe(0)
  expect(await ask('/health/live')).toEqual([200, 'close'])
  // fetch may have kept another one, which is left to it for so long.
  await clock.advance('31s')
  await expect.poll(() => exit).toHaveBeenCalledWith(process.pid, 'SIGUSR2')
  expect(check.closes).toBe(1)
  await expect(ask('/health/live')).rejects.toThrow('fetch failed')
  exit.mockRestore()
})

it('E9: its own shutdown and `shutDown` of the app do not wait for each other', async () => {
  const clock = createFakeClock()
  const check = scriptedCheck(['healthy'])
  const health = createHealth({ clock, drainWait: '4s', checks: { check } })
  const { app } = await start([healthModule(health)])
  const exit = vi.spyOn(process, 'kill').mockReturnValue(true)
  app.enableShutdownHooks(['SIGUSR2'])
  process.emit('SIGUSR2', 'SIGUSR2')
  const done = shutDown(health, app)
  await clock.advance('4s')
  await done
  await expect.poll(() => exit).toHaveBeenCalledTimes(1)
  expect(check.closes).toBe(1)
  exit.mockRestore()
})

it('does not wait when the app is closed by code', async () => {
  const check = scriptedCheck(['healthy'])
  const { app } = await start([healthModule(createHealth({ drainWait: '1h', checks: { check } }))])
  await app.close()
  expect(check.closes).toBe(1)
})
