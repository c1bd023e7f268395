import { createClient } from '@clickhouse/client'
import { afterAll, describe, expect, it } from 'vitest'
import { askOnce } from '../../../../test/harness/ask.ts'
import {
  endingWith,
  expectFaultsFound,
  expectOneConnection,
  TOLD_APART,
} from '../../../../test/harness/expect-check.ts'
import { startClickhouse } from '../../../../test/harness/clickhouse.ts'
import { serveDocument } from '../../../../test/harness/documents.ts'
import { useServer } from '../../../../test/harness/use-server.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { clickhouse } from './clickhouse.ts'

const secret = 'harness-password'
const real = useServer(() => startClickhouse())

const through = (port: number): string => real.server.url.replace(/:\d+$/, `:${port}`)

describe('clickhouse, by URL', () => {
  it.each(
    checkConformance({
      name: 'clickhouse',
      healthy: () => clickhouse(real.server.url),
      broken: () => clickhouse(through(1)),
      silent: () => clickhouse(through(real.silent.port)),
      secrets: [secret],
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('says how long it took, and where', async () => {
    const result = await askOnce(clickhouse(real.server.url))
    expect(result).toMatchObject({ status: 'healthy', observed: { unit: 'ms' } })
    expect(result.message).toMatch(/^SELECT 1 at 127\.0\.0\.1:\d+ answered in [\d.]+ m?s\.$/)
    const slow = await askOnce(clickhouse(real.server.url, { degraded: '0ms' }))
    expect(slow).toMatchObject({ status: 'degraded', code: 'SLOW', observed: { unit: 'ms' } })
  })

  it.each([
    ['the password is wrong', () => real.server.url.replace(secret, 'wrong'), 'AUTH_FAILED'],
    ['nothing listens', () => through(1), 'CONNECTION_REFUSED'],
    ['the name does not exist', () => 'http://no-such-name.invalid', /^DNS_/],
    ['it is not ClickHouse', () => documents('{"status":"ok"}'), 'PROTOCOL_ERROR'],
  ])('says so when %s', async (_, url, code) => {
    const result = await askOnce(clickhouse(await url()))
    expect(result.status).toBe('unhealthy')
    expect(result.code).toMatch(code)
    expect(result.message).not.toContain('wrong')
  })

  it('E3, E12: detects whatever the way to the server does, over one connection, and is back as soon as it is', async () => {
    await expectOneConnection(real.server, (port) => clickhouse(through(port)))
    await expectFaultsFound({ server: real.server, check: (port) => clickhouse(through(port)) }, TOLD_APART)
  })

  it('asks for the lag of replicated tables', async () => {
    expect(await askOnce(clickhouse(real.server.url, { lagUnhealthy: '5m' }))).toMatchObject({
      status: 'healthy',
      data: { lagMs: 0 },
    })
  })
})

/** Answers `SELECT 1`, then the row: a server with replicated tables needs Keeper, which cannot be had here. */
const documents = async (...answers: string[]): Promise<string> => {
  const served = await serveDocument(...answers.map((body) => ({ body })))
  closing.push(served)
  return served.url
}
const closing: AsyncDisposable[] = []
afterAll(async () => {
  for (const each of closing) await each[Symbol.asyncDispose]()
})

it.each([
  ['700', 0, 'REPLICA_LAG', /^A replicated table at .* is 11 min 40 s behind, limit 5 min\. /],
  ['0', 1, 'READ_ONLY', /^A replicated table at .* is read-only\. /],
])('judges tables that are %s s behind, read-only: %d', async (lag, readonly, code, message) => {
  const url = await documents('{"one":1}\n', `${JSON.stringify({ lag, readonly })}\n`)
  expect(await askOnce(clickhouse(url, { lagUnhealthy: '5m' }))).toMatchObject({
    status: 'unhealthy',
    code,
    message: expect.stringMatching(message),
  })
})

describe("clickhouse, through the app's own client", () => {
  const open = (port: number) =>
    createClient({ url: `http://127.0.0.1:${port}`, username: 'hale', password: secret, log: { level: 127 } })

  it('is answered, and says so when the password is wrong', async () => {
    await using client = open(real.server.port)
    expect(await askOnce(clickhouse(client, { where: 'events' }))).toMatchObject({
      status: 'healthy',
      message: expect.stringMatching(/^SELECT 1 at events answered in/),
    })
    await using stranger = createClient({
      url: `http://127.0.0.1:${real.server.port}`,
      username: 'hale',
      password: 'wrong',
    })
    expect(await askOnce(clickhouse(stranger))).toMatchObject({ code: 'AUTH_FAILED' })
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    await expectFaultsFound({
      server: real.server,
      timeoutMs: 150,
      check(port) {
        const client = open(port)
        return endingWith(clickhouse(client), () => client[Symbol.asyncDispose]())
      },
    })
  })
})

it('clickhouse refuses what is neither client nor URL', () => {
  expect(() => clickhouse({} as never)).toThrow(HealthSetupError)
  expect(() => clickhouse('postgres://u:secret@x')).toThrow(/source: the URL must begin with http:\/\/ or https:\/\//)
  expect(() => clickhouse('postgres://u:secret@x')).not.toThrow(/secret/)
})
