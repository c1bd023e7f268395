import { memcached } from 'hale/checks/memcached'
import memjs from 'memjs'
import { startMemcached } from '../../../../test/harness/memcached.ts'
import { KEEPS_ONE, ONE_CONNECTION, type Bed } from './subject.ts'

const NO_ACCOUNTS = 'memcached has no accounts here'

export async function openMemcached(): Promise<Bed> {
  const server = await startMemcached()
  return {
    server,
    subjects: [
      {
        check: 'memcached',
        client: 'url',
        open: async (port) => ({ check: memcached(`memcached://${server.host}:${port}`) }),
        without: { 'auth lost': NO_ACCOUNTS, 'full pool': KEEPS_ONE },
      },
      {
        check: 'memcached',
        client: 'memjs',
        async open(port) {
          // The client takes a server for dead for a minute after a failure unless told otherwise.
          const client = memjs.Client.create(`${server.host}:${port}`, { failoverTime: 0, logger: { log() {} } })
          return { check: memcached(client), end: () => client.close() }
        },
        without: { 'auth lost': NO_ACCOUNTS, 'full pool': ONE_CONNECTION },
      },
    ],
    [Symbol.asyncDispose]: () => server.stop(),
  }
}
