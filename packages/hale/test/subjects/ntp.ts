import { clockSkew } from 'hale/checks/clock-skew'
import { startChrony } from '../../../../test/harness/chrony.ts'
import type { Bed } from './subject.ts'

export async function openNtp(): Promise<Bed> {
  const server = await startChrony()
  return {
    server,
    protocol: 'udp',
    subjects: [
      {
        check: 'clock-skew',
        client: 'ntp://',
        open: async (port) => ({ check: clockSkew({ source: `ntp://${server.host}:${port}` }) }),
        without: {
          reset: 'packets have no connection that could be reset',
          'auth lost': 'NTP has no accounts',
          'full pool': 'it asks without a connection',
        },
      },
    ],
    [Symbol.asyncDispose]: () => server.stop(),
  }
}
