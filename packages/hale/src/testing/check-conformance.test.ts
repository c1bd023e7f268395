import { connect, createServer, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defineCheck, type CheckFunction } from '../core/check.ts'
import { healthy, unhealthy } from '../core/result.ts'
import { checkConformance } from './check-conformance.ts'
import { scriptedCheck } from './scripted-check.ts'

const good = () => defineCheck({ kind: 'good', run: () => healthy() })
const bad = () => scriptedCheck(['unhealthy'])
const make = (run: CheckFunction) => () => defineCheck({ kind: 'made', run })

describe('checkConformance', () => {
  const cases = checkConformance({
    name: 'a check as it should be',
    healthy: good,
    broken: () => scriptedCheck([new Error('connect to postgres://app:hunter2@db failed')]),
    silent: make(
      ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error))
        }),
    ),
    secrets: ['hunter2'],
  })
  it.each(cases)('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  const complaints = async (options: Partial<Parameters<typeof checkConformance>[0]>): Promise<string[]> => {
    const cases = checkConformance({ name: 'x', healthy: good, broken: bad, timeout: 50, ...options })
    const outcomes = await Promise.allSettled(cases.map(({ run }) => run()))
    return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []))
  }

  it.each([
    ['says healthy when broken', { broken: good }, /answered {"status":"healthy"}/],
    ['has no code', { broken: make(() => ({ status: 'unhealthy', message: 'no' })) }, /code or message lacks/],
    ['says it in pieces', { broken: make(() => unhealthy('DOWN', 'it is\ndown')) }, /line break/],
    ['is not well when it should be', { healthy: bad }, /answered {"status":"unhealthy"/],
    ['never ends', { healthy: () => scriptedCheck(['hang']) }, /after the abort it still runs/],
    ['shows a secret', { broken: make(() => healthy('s3cr3t')), secrets: ['s3cr3t'] }, /shows a secret/],
  ])('finds a check that %s', async (_, options, complaint) => {
    expect((await complaints(options)).join('\n')).toMatch(complaint)
  })
})

describe('checkConformance on sockets', () => {
  let server: Server
  const sockets: Socket[] = []
  beforeAll(async () => {
    server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })

  it('finds a check that leaves a socket open after close()', async () => {
    const leaky = make(async () => {
      const address = server.address()
      const socket = connect({ port: typeof address === 'object' && address !== null ? address.port : 0 })
      sockets.push(socket)
      await once(socket, 'connect')
      return healthy()
    })
    const closing = checkConformance({ name: 'x', healthy: leaky, broken: bad }).find(({ name }) => /close/.test(name))
    await expect(closing?.run()).rejects.toThrow(/sockets stay open/)
  })
})
