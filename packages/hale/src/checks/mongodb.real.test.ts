import { MongoClient } from 'mongodb'
import mongoose from 'mongoose'
import { afterAll, describe, expect, it } from 'vitest'
import { askBriefly, asker, askOnce, IN_TIME_MS } from '../../../../test/harness/ask.ts'
import { endingWith, expectFaultsFound, expectOneConnection } from '../../../../test/harness/expect-check.ts'
import { serveMongoWire } from '../../../../test/harness/mongo-wire.ts'
import { useServer } from '../../../../test/harness/use-server.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { mongodb } from './mongodb.ts'

// The driver is the real one. No server of MongoDB's can be had here: see test/harness/mongo-wire.ts.
const real = useServer(() => serveMongoWire())

const at = (port: number, userinfo = ''): string => `mongodb://${userinfo}127.0.0.1:${port}/shop?directConnection=true`

describe('mongodb, by URL', () => {
  it.each(
    checkConformance({
      name: 'mongodb',
      healthy: () => mongodb(at(real.server.port)),
      broken: () => mongodb(at(1, 'hale:hunter2hunter2@')),
      silent: () => mongodb(at(real.silent.port)),
      secrets: ['hunter2hunter2'],
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('says how long it took, and where', async () => {
    const result = await askOnce(mongodb(at(real.server.port)))
    expect(result).toMatchObject({ status: 'healthy', observed: { unit: 'ms' } })
    expect(result.message).toMatch(/^ping at 127\.0\.0\.1:\d+\/shop answered in [\d.]+ m?s\.$/)
    const slow = await askOnce(mongodb(at(real.server.port), { degraded: '0ms' }))
    expect(slow).toMatchObject({ status: 'degraded', code: 'SLOW', observed: { unit: 'ms' } })
  })

  it('says that it is hale, unless the URL gives it another name', async () => {
    const names: string[] = []
    const ping = (name: string) => ({ ok: names.push(name) > 0 ? 1 : 0 })
    await using curious = await serveMongoWire({ ping })
    await askOnce(mongodb(at(curious.port)))
    await askOnce(mongodb(`${at(curious.port)}&appName=orders`))
    expect(names).toEqual(['hale', 'orders'])
  })

  it('E12: makes one client, and gives its connections back in the end', async () => {
    await expectOneConnection(real.server, (port) => mongodb(at(port)), 3) // one to ask, two with which the driver watches the server
  })

  it.each([
    ['the password is wrong', () => at(real.server.port, 'hale:wrong@'), 'AUTH_FAILED'],
    ['nothing listens', () => at(1), 'CONNECTION_REFUSED'],
    ['the name does not exist', () => 'mongodb://no-such-name.invalid', /^DNS_/],
  ])('says so when %s', async (_, url, code) => {
    // The driver goes on trying until most of the time is over.
    const result = await askBriefly(() => mongodb(url()), 1_500)
    expect(result.status).toBe('unhealthy')
    expect(result.code).toMatch(code)
    expect(result.message).not.toContain('wrong')
  })

  it('names several hosts without who asks them', async () => {
    const result = await askOnce(
      mongodb('mongodb://hale:hunter2hunter2@127.0.0.1:1,127.0.0.1:2/shop?replicaSet=rs'),
      300,
    )
    expect(result.message).toContain(' 127.0.0.1:1,127.0.0.1:2/shop')
    expect(result.message).not.toContain('hunter2')
  })

  it('tells a primary from a secondary', async () => {
    await using secondary = await serveMongoWire({ primary: false })
    expect(await askOnce(mongodb(at(real.server.port), { role: 'primary' }))).toMatchObject({ status: 'healthy' })
    expect(await askOnce(mongodb(at(secondary.port), { role: 'replica' }))).toMatchObject({ status: 'healthy' })
    expect(await askOnce(mongodb(at(secondary.port), { role: 'primary' }))).toMatchObject({
      code: 'WRONG_ROLE',
      observed: { value: 'replica' },
    })
  })

  it.each([
    [{ ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'command ping requires authentication' }, 'AUTH_FAILED'],
    [{ ok: 0, code: 13_436, codeName: 'NotPrimaryOrSecondary', errmsg: 'node is recovering' }, 'NOT_READY'],
    [{ ok: 0, code: 59, codeName: 'CommandNotFound', errmsg: 'no such command' }, 'QUERY_FAILED'],
  ])('reads what the server answers: %o', async (ping, code) => {
    await using refusing = await serveMongoWire({ ping })
    expect(await askOnce(mongodb(at(refusing.port)))).toMatchObject({ code })
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    await expectFaultsFound({ server: real.server, check: (port) => mongodb(at(port)) })
  })
})

describe("mongodb, through the app's own client", () => {
  it('asks through the client or one of its databases', async () => {
    const client = new MongoClient(at(real.server.port))
    expect(await askOnce(mongodb(client, { where: 'orders' }))).toMatchObject({
      status: 'healthy',
      message: expect.stringMatching(/^ping at orders answered/),
    })
    expect(await askOnce(mongodb(client.db('shop')))).toMatchObject({ status: 'healthy' })
    await client.close()
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    await expectFaultsFound({
      server: real.server,
      check(port) {
        const client = new MongoClient(at(port), { heartbeatFrequencyMS: 500, serverSelectionTimeoutMS: 1_000 })
        return endingWith(mongodb(client), () => client.close(true))
      },
    })
  })
})

describe('mongodb, through mongoose', () => {
  const opened: mongoose.Connection[] = []
  afterAll(() => Promise.all(opened.map((each) => each.close(true))))
  function connect(port: number, serverSelectionTimeoutMS = 300): mongoose.Connection {
    const options = { heartbeatFrequencyMS: 500, serverSelectionTimeoutMS }
    const connection = mongoose.createConnection(at(port), options)
    connection.asPromise().catch(() => {}) // the check is to say so
    opened.push(connection)
    return connection
  }

  it.each(
    checkConformance({
      name: 'mongodb, through mongoose',
      healthy: () => mongodb(connect(real.server.port, IN_TIME_MS)),
      broken: () => mongodb(connect(1)),
      silent: () => mongodb(connect(real.silent.port)),
    }).filter(({ name }) => !name.includes('leaves nothing open')), // the app's own connections are the app's to close
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('asks the connection or its client, and opens nothing', async () => {
    const connection = await connect(real.server.port, IN_TIME_MS).asPromise()
    expect(await askOnce(mongodb(connection))).toMatchObject({ status: 'healthy', observed: { unit: 'ms' } })
    expect(await askOnce(mongodb(connection.getClient(), { role: 'primary' }))).toMatchObject({ status: 'healthy' })
    await connection.close()
    expect(await askOnce(mongodb(connection))).toMatchObject({ status: 'unhealthy', code: 'CONNECTION_FAILED' })
  })

  it('can be made before mongoose connects, and outlives its reconnecting', async () => {
    const connection = mongoose.createConnection()
    opened.push(connection)
    const ask = asker(mongodb(connection))
    expect((await ask()).value).toMatchObject({
      status: 'unhealthy',
      code: 'NOT_READY',
      message: expect.stringContaining('mongoose has not been told to connect'),
    })
    for (let time = 0; time < 2; time++) {
      await connection.openUri(at(real.server.port))
      expect((await ask()).value).toMatchObject({ status: 'healthy' })
      await connection.close()
      expect((await ask()).value).toMatchObject({ status: 'unhealthy' })
    }
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    await expectFaultsFound(
      { server: real.server, check: (port) => mongodb(connect(port)), faults: ['reset', 'black hole'] },
      { reset: 'CONNECTION_RESET' },
    )
  })
})

it('mongodb refuses what is neither client nor URL', () => {
  expect(() => mongodb({} as never)).toThrow(HealthSetupError)
  expect(() => mongodb('http://u:secret@x')).toThrow(
    /source: the URL must begin with mongodb:\/\/ or mongodb\+srv:\/\//,
  )
  expect(() => mongodb('http://u:secret@x')).not.toThrow(/secret/)
})

it('E10: mongodb shows nothing of a password that should have been percent-encoded', async () => {
  const result = await askOnce(mongodb('mongodb://u:one@secret@127.0.0.1:1/shop'))
  expect(result).toMatchObject({ status: 'unhealthy', message: expect.stringContaining(' 127.0.0.1:1/shop') })
  expect(JSON.stringify(result)).not.toMatch(/one|secret/)
})
