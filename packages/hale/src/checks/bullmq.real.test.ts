import { Queue } from 'bullmq'
import { Redis as IoRedis } from 'ioredis'
import { afterAll, describe, expect, it } from 'vitest'
import { askOnce } from '../../../../test/harness/ask.ts'
import { expectFaultsFound } from '../../../../test/harness/expect-check.ts'
import { startRedis } from '../../../../test/harness/redis.ts'
import type { Check } from '../core/check.ts'
import { useServer } from '../../../../test/harness/use-server.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { bullmq } from './bullmq.ts'

const secret = 'hunter2hunter2'
const connections: IoRedis[] = []
const real = useServer(() => startRedis({ password: secret }))
afterAll(() => {
  for (const connection of connections) connection.disconnect()
})

/** The app's queue goes when its check does. */
function own(port = real.server.port): Check {
  const check = bullmq(open('mail', port))
  const connection = connections.at(-1)
  return { ...check, close: () => connection?.disconnect() }
}

/** The app's queue; it says what happens to its connection by its error event. */
function open(name: string, port = real.server.port): Queue {
  const connection = new IoRedis({
    host: '127.0.0.1',
    port,
    password: secret,
    retryStrategy: () => 20,
    maxRetriesPerRequest: null,
  }).on('error', () => {})
  connections.push(connection)
  const queue = new Queue(name, { connection, skipVersionCheck: true, skipWaitingForReady: true })
  queue.on('error', () => {})
  return queue
}

describe("bullmq, through the app's own queue", () => {
  it.each(
    checkConformance({
      name: 'bullmq',
      healthy: () => own(),
      broken: () => own(1),
      silent: () => own(real.silent.port),
      secrets: [secret],
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('judges how many jobs wait, whatever their priority, and not those that are delayed', async () => {
    const queue = open('depth')
    expect(await askOnce(bullmq(queue, { waitingDegraded: 0, ageDegraded: 1 }))).toMatchObject({
      status: 'healthy',
      message: '0 jobs wait in the queue depth.',
      observed: { value: 0, unit: 'jobs' },
    })
    await queue.add('job', {})
    await queue.add('job', {}, { priority: 5 })
    await queue.add('job', {}, { delay: 600_000 })
    const result = await askOnce(bullmq(queue, { waitingDegraded: 1, waitingUnhealthy: 2, where: 'mails' }))
    expect(result).toMatchObject({
      status: 'degraded',
      code: 'QUEUE_TOO_DEEP',
      message: expect.stringMatching(/^2 jobs wait in the queue mails, limit 1\. /),
      observed: { value: 2, unit: 'jobs' },
      data: { waiting: 2, paused: 0, active: 0, delayed: 1, failed: 0 },
    })
    expect(await askOnce(bullmq(queue, { waitingUnhealthy: 1 }))).toMatchObject({ status: 'unhealthy' })
    await queue.pause()
    expect(await askOnce(bullmq(queue, { waitingUnhealthy: 1 }))).toMatchObject({
      status: 'unhealthy',
      data: { waiting: 2 },
    })
  })

  it.each([{}, { priority: 5 }])('judges how long the next job has waited: %o', async (options) => {
    const queue = open(`age-${JSON.stringify(options).length}`)
    await queue.add('job', {}, { ...options, timestamp: Date.now() - 3_600_000 })
    await queue.add('job', {}, options)
    expect(await askOnce(bullmq(queue, { ageDegraded: '2h' }))).toMatchObject({
      status: 'healthy',
      data: { oldestMs: expect.any(Number) },
    })
    expect(await askOnce(bullmq(queue, { ageUnhealthy: '10m' }))).toMatchObject({
      status: 'unhealthy',
      code: 'QUEUE_TOO_OLD',
      message: expect.stringMatching(/^A job that is next in the queue age-\d+ waits for 1 h, limit 10 min\. /),
      observed: { unit: 'ms' },
    })
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    const check = (port: number): Check => bullmq(open('faults', port))
    await expectFaultsFound({ server: real.server, check }, { garbage: 'PROTOCOL_ERROR' })
  })
})

it('bullmq refuses what is no queue, and limits that are none', () => {
  expect(() => bullmq({} as never)).toThrow(HealthSetupError)
  const queue = open('limits')
  expect(() => bullmq(queue, { waitingDegraded: -1 })).toThrow(/waitingDegraded: -1 is not a number from 0/)
  expect(() => bullmq(queue, { ageUnhealthy: 'old' })).toThrow(/ageUnhealthy: "old" is not a duration/)
})
