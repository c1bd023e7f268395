import { pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { asker, askOnce } from '../../../../test/harness/ask.ts'
import { defineCheck } from '../core/check.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { judgeWait, threadPool, type ThreadPoolOptions } from './thread-pool.ts'

const THREADS = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4)
const derive = promisify(pbkdf2)
let work: Promise<unknown> = Promise.resolve()
afterEach(() => work)

/** Keeps every thread of the pool for some tenths of a second, really. */
function keepBusy(): void {
  work = Promise.all(Array.from({ length: 2 * THREADS }, () => derive('a', 'b', 150_000, 64, 'sha512')))
}

function busy(options: ThreadPoolOptions) {
  const inner = threadPool(options)
  return defineCheck({
    ...inner,
    run(context) {
      keepBusy()
      return inner.run(context)
    },
  })
}

describe('threadPool', () => {
  it.each(
    checkConformance({
      name: 'thread-pool',
      timeout: '10s',
      healthy: () => threadPool({ degraded: '60s', unhealthy: '60s' }),
      broken: () => busy({ degraded: '20ms', unhealthy: '60s' }),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('is local, and says how long a task took', async () => {
    expect(threadPool()).toMatchObject({ kind: 'thread-pool', scope: 'local' })
    expect(await askOnce(threadPool({ degraded: '60s', unhealthy: '60s' }))).toMatchObject({ observed: { unit: 'ms' } })
  })

  it('E1: says TIMEOUT while the pool is kept, and does not queue one task after another', async () => {
    keepBusy()
    const ask = asker(threadPool(), 20)
    const first = (await ask()).value
    expect(first).toMatchObject({ status: 'unhealthy', code: 'TIMEOUT' })
    expect(first.message).toContain('raise UV_THREADPOOL_SIZE')
    await ask()
    await work
    expect((await askOnce(threadPool({ degraded: '60s', unhealthy: '60s' }))).status).toBe('healthy')
  })

  it.each([
    [100, 'healthy'],
    [101, 'degraded'],
    [501, 'unhealthy'],
  ])('reads a wait of %s ms as %s', (waited, status) => {
    const result = judgeWait(waited, { degraded: 100, unhealthy: 500 })
    expect(result).toMatchObject({ status, observed: { value: waited, unit: 'ms' } })
  })

  it('refuses limits that are none', () => {
    expect(() => threadPool({ degraded: 'x', unhealthy: '1s' })).toThrow('degraded: "x" is not a duration')
  })
})
