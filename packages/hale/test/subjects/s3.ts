import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from '@20minutes/s3rver'
import account from '@20minutes/s3rver/lib/models/account.js'
import { S3Client } from '@aws-sdk/client-s3'
import { s3 } from 'hale/checks/s3'
import { KEEPS_ONE, type Bed, type Mend } from './subject.ts'

const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }
const bucket = 'invoices'

/** s3rver: its one account serves both, so that its key is taken from one at a time. */
export async function openS3(): Promise<Bed> {
  const directory = await mkdtemp(join(tmpdir(), 'hale-s3-'))
  // It does not understand how newer SDKs sign.
  const store = new S3rver({
    directory,
    address: '127.0.0.1',
    port: 0,
    silent: true,
    allowMismatchedSignatures: true,
    configureBuckets: [{ name: bucket }],
  })
  const { port } = await store.run()
  const loseAccount = async (): Promise<Mend> => {
    account.DUMMY_ACCOUNT.revokeAccessKey(credentials.accessKeyId)
    return async () => account.DUMMY_ACCOUNT.createKeyPair(credentials.accessKeyId, credentials.secretAccessKey)
  }
  return {
    server: { host: '127.0.0.1', port },
    subjects: [
      {
        check: 's3',
        client: 'url',
        open: async (to) => ({ check: s3(`http://127.0.0.1:${to}`, { bucket, credentials }) }),
        loseAccount,
        without: { 'full pool': KEEPS_ONE },
      },
      {
        check: 's3',
        client: '@aws-sdk/client-s3',
        async open(to) {
          const endpoint = `http://127.0.0.1:${to}`
          const client = new S3Client({
            endpoint,
            region: 'us-east-1',
            forcePathStyle: true,
            credentials,
            maxAttempts: 1,
          })
          return { check: s3(client, { bucket }), end: () => client.destroy() }
        },
        loseAccount,
        without: { 'full pool': 'it has 50 connections, more than a check can wait for' },
      },
    ],
    async [Symbol.asyncDispose]() {
      await store.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
