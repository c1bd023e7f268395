import 'reflect-metadata'
import { HealthIndicatorService, MemoryHealthIndicator } from '@nestjs/terminus'
import { describe, expect, it } from 'vitest'
import { askOnce } from '../../../../test/harness/ask.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { fromIndicator, type IndicatorResult } from './terminus.ts'

const indicators = new HealthIndicatorService()
const SECRET = 'hunter2'
const refuse = (): never => {
  throw Object.assign(new Error(`connect ECONNREFUSED postgres://shop:${SECRET}@db`), { code: 'ECONNREFUSED' })
}

describe('fromIndicator', () => {
  it.each(
    checkConformance({
      name: 'terminus',
      healthy: () => fromIndicator(() => indicators.check('database').up()),
      broken: () => fromIndicator(refuse),
      silent: () => fromIndicator(() => new Promise(() => undefined)),
      secrets: [SECRET],
    }).filter(({ name }) => !/while it waits/.test(name)),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('reads what real indicators say', async () => {
    const memory = new MemoryHealthIndicator(indicators)
    expect(await askOnce(fromIndicator(() => memory.checkHeap('heap', 1e12)))).toEqual({
      status: 'healthy',
      data: { heap: { status: 'up' } },
    })
    expect(await askOnce(fromIndicator(() => memory.checkHeap('heap', 1)))).toMatchObject({
      status: 'unhealthy',
      code: 'REPORTED_UNHEALTHY',
      message: expect.stringMatching(/^The indicator heap says down: /),
    })
  })

  it('reads attempts, which are run anew each time', async () => {
    let runs = 0
    const check = fromIndicator(() =>
      indicators.check('jobs').attempt(() => {
        runs++
        if (runs === 2) throw new Error('no worker')
        return { workers: 3 }
      }),
    )
    expect(await askOnce(check)).toMatchObject({ status: 'healthy', data: { jobs: { workers: 3 } } })
    expect(await askOnce(check)).toMatchObject({
      status: 'unhealthy',
      message: 'The indicator jobs says down: no worker. See what it asks.',
    })
  })

  it('lets the worst of several keys decide', async () => {
    const results = {
      ...indicators.check('a').up(),
      ...indicators.check('b').degraded('slow'),
      ...indicators.check('c').up(),
    }
    expect(await askOnce(fromIndicator(() => results))).toMatchObject({
      status: 'degraded',
      code: 'REPORTED_DEGRADED',
      message: 'The indicator b says degraded: slow. See what it asks.',
    })
    expect(await askOnce(fromIndicator(() => ({ ...results, ...indicators.check('c').down() })))).toMatchObject({
      status: 'unhealthy',
      message: 'The indicator c says down. See what it asks.',
    })
  })

  it('reads the causes of the HealthCheckError of Terminus 10', async () => {
    const error = Object.assign(new Error('failed'), { causes: { db: { status: 'down', message: 'gone' } } })
    expect(await askOnce(fromIndicator(() => Promise.reject(error)))).toMatchObject({
      code: 'REPORTED_UNHEALTHY',
      message: 'The indicator db says down: gone. See what it asks.',
    })
    expect(await askOnce(fromIndicator(refuse))).toMatchObject({ status: 'unhealthy', code: 'CONNECTION_REFUSED' })
  })

  it.each([[{}], [null], ['up'], [{ db: 'up' }], [{ db: { status: 'weird' } }]])(
    'E7: %j is unknown, never healthy',
    async (found) => {
      expect(await askOnce(fromIndicator(() => found as IndicatorResult))).toMatchObject({
        status: 'unknown',
        code: 'INVALID_RESULT',
      })
    },
  )
})
