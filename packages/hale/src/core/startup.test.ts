import { describe, expect, it, vi } from 'vitest'
import { createFakeClock } from '../testing/fake-clock.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { createHealth } from './create-health.ts'
import type { HealthOptions } from './health.ts'
import { unhealthy } from './result.ts'

function setUp<Name extends string>(options: HealthOptions<Name> = {}) {
  const clock = createFakeClock()
  const error = vi.fn<(message: string, error: unknown) => void>()
  const health = createHealth({ clock, random: () => 0, logger: { error }, ...options })
  const probes = async () => [
    (await health.probe('startup')).status,
    (await health.probe('ready')).status,
    (await health.probe('live')).status,
  ]
  return { clock, error, health, probes }
}

/** A task that is done when told. */
function createTask() {
  let done: () => void = () => undefined
  const task = vi.fn<(signal: AbortSignal) => Promise<void>>(() => new Promise((resolve) => (done = resolve)))
  return { task, done: () => done() }
}

describe.each(['background', 'on-request'] as const)('startup tasks, %s', (mode) => {
  it('E9: not ready and not started until done, alive all the while; then at once', async () => {
    const { clock, health, probes } = setUp({ mode })
    const { done, task } = createTask()
    const finished = health.startup('migrations', task)
    expect(await probes()).toEqual(['unknown', 'unknown', 'healthy'])
    expect((await health.report()).checks).toMatchObject({
      migrations: { status: 'unknown', code: 'STARTING', kind: 'startup' },
    })
    await clock.advance('3s')
    done()
    expect(await finished).toBe(true)
    await clock.flush()
    expect(await probes()).toEqual(['healthy', 'healthy', 'healthy'])
    expect((await health.report()).checks).toMatchObject({ migrations: { message: 'Done in 3 s.' } })
    await clock.advance('1h')
    expect(await probes()).toEqual(['healthy', 'healthy', 'healthy'])
  })

  it('all of several must be done', async () => {
    const { clock, health, probes } = setUp({ mode })
    const [one, two] = [createTask(), createTask()]
    void health.startup('one', one.task)
    void health.startup('two', two.task)
    one.done()
    await clock.flush()
    expect(await probes()).toEqual(['unknown', 'unknown', 'healthy'])
    two.done()
    await clock.flush()
    expect(await probes()).toEqual(['healthy', 'healthy', 'healthy'])
  })

  it('E10: one that fails says so, without secrets, and the log has the whole error', async () => {
    const { clock, error, health, probes } = setUp({ mode })
    const failure = new Error('no such table at postgres://u:hunter2@db/shop')
    const finished = health.startup('migrations', () => Promise.reject(failure))
    expect(await finished).toBe(false)
    await clock.flush()
    expect(await probes()).toEqual(['unhealthy', 'unhealthy', 'healthy'])
    const { checks } = await health.report()
    const line = (checks as Record<string, { message?: string }>)['migrations']
    expect(line).toMatchObject({ status: 'unhealthy', code: 'STARTUP_FAILED' })
    expect(line?.message).toMatch(/^Failed: .*no such table.* It is not tried again\.$/)
    expect(line?.message).not.toContain('hunter2')
    expect(error).toHaveBeenCalledWith('startup task migrations failed', failure)
  })

  it('is tried again after a wait that doubles', async () => {
    const { clock, health, probes } = setUp({ mode })
    let tries = 0
    const finished = health.startup(
      'cache',
      () => {
        tries++
        if (tries < 4) throw new Error('not yet')
      },
      { attempts: 4, backoff: '2s' },
    )
    await clock.advance('1999ms')
    expect(tries).toBe(1)
    expect((await health.report()).checks).toMatchObject({
      cache: {
        code: 'STARTUP_FAILED',
        message: expect.stringMatching(/^Failed, attempt 1 of 4: .* Next attempt in 2 s\.$/),
      },
    })
    await clock.advance('1ms')
    expect(tries).toBe(2)
    await clock.advance('4s')
    expect(tries).toBe(3)
    await clock.advance('8s')
    expect(await finished).toBe(true)
    expect(await probes()).toEqual(['healthy', 'healthy', 'healthy'])
  })
})

describe('startup', () => {
  it('is waited for besides what readiness counts', async () => {
    const soft = scriptedCheck([unhealthy('DOWN', 'down')])
    const hard = scriptedCheck(['unhealthy', 'healthy'])
    const { clock, health } = setUp({ checks: { soft, hard: { check: hard, impact: 'fails' } } })
    await health.startup('migrations', () => undefined)
    await clock.advance('1s')
    expect((await health.probe('startup')).status).toBe('unhealthy')
    await clock.advance('10s')
    expect((await health.probe('startup')).status).toBe('healthy')
  })

  it('E15: closing aborts the task, ends the wait and leaves no timer', async () => {
    const { clock, error, health } = setUp()
    let aborted = false
    const hanging = health.startup('a', (signal) => {
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true
          reject(new Error('aborted'))
        })
      })
    })
    const waiting = health.startup('b', () => Promise.reject(new Error('no')), { attempts: 3 })
    await clock.flush()
    await health.close()
    expect([aborted, await hanging, await waiting]).toEqual([true, false, false])
    expect(clock.timers).toBe(0)
    expect(error).toHaveBeenCalledTimes(1)
  })

  it('refuses a name that is taken and options that cannot work', () => {
    const { health } = setUp({ checks: { db: scriptedCheck(['healthy']) } })
    expect(() => health.startup('db', () => undefined)).toThrow('there is a check of that name')
    expect(() => health.startup('a', 'x' as never, { attempts: 0, backoff: 'soon' })).toThrow(
      /task: is not a function.*attempts: 0 is not.*backoff: "soon" is not/s,
    )
  })
})

it('startup waits for a check that came out of maintenance while another was waited for', async () => {
  const { clock, health } = setUp({
    mode: 'on-request',
    checks: {
      first: { check: scriptedCheck(['unhealthy', 'healthy']), impact: 'fails' },
      second: { check: scriptedCheck(['unhealthy', 'healthy']), impact: 'fails' },
    },
  })
  const status = async (): Promise<string> => (await health.probe('startup')).status
  const end = health.maintenance({ check: 'first', message: 'moves' })
  expect(await status()).toBe('unhealthy')
  end()
  await clock.advance('10s')
  expect((await health.report()).checks).toMatchObject({
    first: { status: 'unhealthy' },
    second: { status: 'healthy' },
  })
  expect(await status()).toBe('unhealthy')
  await clock.advance('10s')
  expect(await status()).toBe('healthy')
})
