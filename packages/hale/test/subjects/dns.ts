import { dns } from 'hale/checks/dns'
import { startDnsmasq } from '../../../../test/harness/dnsmasq.ts'
import type { Bed } from './subject.ts'

export async function openDns(): Promise<Bed> {
  const server = await startDnsmasq(['host-record=shop.test,10.0.0.1'])
  return {
    server,
    protocol: 'udp',
    subjects: [
      {
        check: 'dns',
        client: 'url',
        open: async (port) => ({ check: dns({ name: 'shop.test', servers: [`${server.host}:${port}`] }) }),
        without: {
          reset: 'packets have no connection that could be reset',
          'auth lost': 'dnsmasq has no accounts',
          'full pool': 'it asks without a connection',
        },
      },
    ],
    [Symbol.asyncDispose]: () => server.stop(),
  }
}
