import { rmSync } from 'node:fs'
import { S3Client } from '@aws-sdk/client-s3'
import S3rver from '@20minutes/s3rver'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeFolder } from '../../../../test/harness/folder.ts'
import { askOnce } from '../../../../test/harness/ask.ts'
import { serveDocument } from '../../../../test/harness/documents.ts'
import {
  endingWith,
  expectFaultsFound,
  expectOneConnection,
  TOLD_APART,
} from '../../../../test/harness/expect-check.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { openFaultProxy, type FaultProxy } from '../testing/fault-proxy.ts'
import { s3, type S3Options } from './s3.ts'

const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }
const folder = makeFolder('s3')
const settings = {
  directory: folder,
  address: '127.0.0.1',
  port: 0,
  silent: true,
  configureBuckets: [{ name: 'invoices' }, { name: 'a.bucket-2' }],
}
const store = new S3rver(settings)
const server = { host: '127.0.0.1', port: 0 }
/** The store does not understand how newer SDKs sign. That we do it right is proven without the SDK. */
const lenient = new S3rver({ ...settings, allowMismatchedSignatures: true })
const forSdk = { host: '127.0.0.1', port: 0 }
let silent: FaultProxy
beforeAll(async () => {
  server.port = (await store.run()).port
  forSdk.port = (await lenient.run()).port
  silent = await openFaultProxy({ target: server, mode: 'blackhole' })
})
afterAll(async () => {
  await silent.close()
  for (const each of [store, lenient]) {
    // It would wait for one on which a question was begun and not ended.
    each.httpServer.closeAllConnections()
    await each.close()
  }
  rmSync(folder, { recursive: true, force: true })
})

const at = (port: number): string => `http://127.0.0.1:${port}`
const options: S3Options = { bucket: 'invoices', credentials }

describe('s3, by URL', () => {
  it.each(
    checkConformance({
      name: 's3',
      healthy: () => s3(at(server.port), options),
      broken: () =>
        s3(at(1), { bucket: 'invoices', credentials: { ...credentials, secretAccessKey: 'hunter2hunter2' } }),
      silent: () => s3(at(silent.port), options),
      secrets: ['S3RVER', 'hunter2hunter2'],
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('says how long it took, and where', async () => {
    const result = await askOnce(s3(at(server.port), options))
    expect(result).toMatchObject({ status: 'healthy', observed: { unit: 'ms' } })
    expect(result.message).toMatch(/^HEAD of invoices at 127\.0\.0\.1:\d+ answered in [\d.]+ m?s\.$/)
    const slow = await askOnce(s3(at(server.port), { ...options, degraded: '0ms' }))
    expect(slow).toMatchObject({ status: 'degraded', code: 'SLOW', observed: { unit: 'ms' } })
  })

  it('signs a session token, another region, and a bucket with dots too', async () => {
    const more = {
      bucket: 'a.bucket-2',
      region: 'eu-central-1',
      credentials: { ...credentials, sessionToken: 'a/b+c=' },
    }
    expect(await askOnce(s3(at(server.port), more))).toMatchObject({ status: 'healthy' })
  })

  it.each<[string, string, Partial<S3Options>, string]>([
    ['the secret is wrong', '', { credentials: { ...credentials, secretAccessKey: 'wrong' } }, 'AUTH_FAILED'],
    ['the key does not exist', '', { credentials: { ...credentials, accessKeyId: 'wrong' } }, 'AUTH_FAILED'],
    ['the bucket does not exist', '', { bucket: 'receipts' }, 'NOT_FOUND'],
    ['nothing listens', at(1), {}, 'CONNECTION_REFUSED'],
  ])('says so when %s', async (_, url, more, code) => {
    const result = await askOnce(s3(url || at(server.port), { ...options, ...more }))
    expect(result).toMatchObject({ status: 'unhealthy', code })
    expect(result.message).not.toContain('wrong')
  })

  it('says so when the bucket is in another region', async () => {
    await using other = await serveDocument({ status: 301, body: '' })
    expect(await askOnce(s3(other.url, options))).toMatchObject({
      code: 'QUERY_FAILED',
      message: expect.stringContaining('another region'),
    })
  })

  it('E3, E12: detects whatever the way to the store does, over one connection, and is back as soon as it is', async () => {
    await expectOneConnection(server, (port) => s3(at(port), options))
    await expectFaultsFound({ server, check: (port) => s3(at(port), options) }, TOLD_APART)
  })
})

describe("s3, through the app's own client of @aws-sdk/client-s3", () => {
  const open = (port: number, more: object = {}): S3Client =>
    new S3Client({
      endpoint: at(port),
      region: 'us-east-1',
      forcePathStyle: true,
      credentials,
      maxAttempts: 1,
      ...more,
    })

  it.each<[string, object, string, object]>([
    ['all is well', {}, 'invoices', { status: 'healthy' }],
    ['the bucket does not exist', {}, 'receipts', { code: 'NOT_FOUND' }],
    [
      'the key is wrong',
      { credentials: { ...credentials, accessKeyId: 'wrong' } },
      'invoices',
      { code: 'AUTH_FAILED' },
    ],
    ['nothing listens', { endpoint: at(1) }, 'invoices', { code: 'CONNECTION_REFUSED' }],
  ])('says what is when %s', async (_, more, bucket, expected) => {
    const client = open(forSdk.port, more)
    expect(await askOnce(s3(client, { bucket, where: 'store' }))).toMatchObject(expected)
    client.destroy()
  })

  it('E3: detects whatever the way to the store does, and is back as soon as it is', async () => {
    await expectFaultsFound(
      {
        server: forSdk,
        timeoutMs: 150,
        place: 'S3', // the SDK finds its endpoint with each command
        check(port) {
          const client = open(port)
          return endingWith(s3(client, { bucket: 'invoices' }), () => client.destroy())
        },
      },
      { reset: 'CONNECTION_RESET' },
    )
  })
})

it('s3 refuses what is neither client nor URL, and a bucket that cannot be', () => {
  expect(() => s3({} as never, options)).toThrow(HealthSetupError)
  expect(() => s3('s3://u:secret@x', options)).toThrow(/source: the URL must begin with http/)
  expect(() => s3('s3://u:secret@x', options)).not.toThrow(/secret/)
  expect(() => s3(at(1), { bucket: '../x' })).toThrow(/bucket: "..\/x" is not a name of a bucket/)
  expect(() => s3(at(1), { bucket: 'invoices', credentials: { accessKeyId: '', secretAccessKey: '' } })).toThrow(
    /credentials: /,
  )
})
