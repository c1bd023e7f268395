import 'reflect-metadata'
import type { AddressInfo } from 'node:net'
import type { DynamicModule } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { HealthIndicatorService, TerminusModule } from '@nestjs/terminus'
import { expect, it, vi } from 'vitest'
import { fromIndicator } from '../checks/terminus.ts'
import { createHealth } from '../core/create-health.ts'
import type { Health } from '../core/health.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { HEALTH, healthModule } from './nest.ts'

async function start(imports: DynamicModule['imports'], providers: DynamicModule['providers'] = []) {
  const module = class App {
    readonly name = 'shop'
  }
  const app = await NestFactory.create({ module, imports, providers } as DynamicModule, new ExpressAdapter(), {
    logger: false,
  })
  await app.listen(0, '127.0.0.1')
  const { port } = app.getHttpServer().address() as AddressInfo
  return { app, url: `http://127.0.0.1:${port}` }
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
    { checks: { queue: { message: 'The indicator queue says down: full.' } } },
  ])
  expect(app.get<Health>('user').has('queue')).toBe(true)
  await app.close()
})

it('E9: drains in the shutdown of Nest before the listener closes, then closes the checks', async () => {
  const clock = createFakeClock()
  const check = scriptedCheck(['healthy'])
  const health = createHealth({ clock, drainWait: '4s', checks: { check } })
  const { app, url } = await start([healthModule(health)])
  const exit = vi.spyOn(process, 'kill').mockReturnValue(true)
  app.enableShutdownHooks(['SIGUSR2'])
  process.emit('SIGUSR2', 'SIGUSR2')
  await vi.waitFor(async () => expect((await fetch(`${url}/health/ready`)).status).toBe(503))
  expect((await fetch(`${url}/health/live`)).status).toBe(200)
  expect(check.closes).toBe(0)
  await clock.advance('4s')
  await vi.waitFor(() => expect(exit).toHaveBeenCalledWith(process.pid, 'SIGUSR2'))
  expect(check.closes).toBe(1)
  await expect(fetch(`${url}/health/live`)).rejects.toThrow('fetch failed')
  exit.mockRestore()
})

it('does not wait when the app is closed by code', async () => {
  const check = scriptedCheck(['healthy'])
  const { app } = await start([healthModule(createHealth({ drainWait: '1h', checks: { check } }))])
  await app.close()
  expect(check.closes).toBe(1)
})
