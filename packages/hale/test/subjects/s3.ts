import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from '@20minutes/s3rver'
import account from '@20minutes/s3rver/lib/models/account.js'
import { S3Client } from '@aws-sdk/client-s3'
import { s3, type S3Options } from 'hale/checks/s3'
import { KEEPS_ONE, type Bed, type Opened, type Subject } from './subject.ts'

const bucket = 'invoices'

export async function openS3(): Promise<Bed> {
  const directory = await mkdtemp(join(tmpdir(), 'hale-s3-'))
  const store = new S3rver({
    directory,
    address: '127.0.0.1',
    port: 0,
    silent: true,
    allowMismatchedSignatures: true, // it does not understand how newer SDKs sign
    configureBuckets: [{ name: bucket }],
  })
  const { port } = await store.run()
  const subject = (
    client: string,
    fullPool: string,
    open: (endpoint: string, credentials: NonNullable<S3Options['credentials']>) => Opened,
  ): Subject => {
    const key = client.replaceAll(/\W/g, '')
    const grant = async (): Promise<void> => account.DUMMY_ACCOUNT.createKeyPair(key, 'right')
    void grant()
    return {
      check: 's3',
      client,
      open: async (to) => open(`http://127.0.0.1:${to}`, { accessKeyId: key, secretAccessKey: 'right' }),
      account: {
        url: (to) => `http://127.0.0.1:${to}`,
        async lose() {
          account.DUMMY_ACCOUNT.revokeAccessKey(key)
          return grant
        },
      },
      without: { 'full pool': fullPool },
    }
  }
  return {
    server: { host: '127.0.0.1', port },
    subjects: [
      subject('url', KEEPS_ONE, (endpoint, credentials) => ({ check: s3(endpoint, { bucket, credentials }) })),
      subject('@aws-sdk/client-s3', 'it has 50 connections, and no question takes long', (endpoint, credentials) => {
        const client = new S3Client({
          endpoint,
          region: 'us-east-1',
          forcePathStyle: true,
          credentials,
          maxAttempts: 1,
        })
        return { check: s3(client, { bucket }), end: () => client.destroy() }
      }),
    ],
    async [Symbol.asyncDispose]() {
      await store.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
