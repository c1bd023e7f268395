import { systemClock } from 'hale'
import { pino } from 'pino'
import { createDelivery, type DeliveryLoop } from '../../packages/monitor/src/alerts/delivery.ts'
import { openChannels } from '../../packages/monitor/src/channels/index.ts'
import { createGuard } from '../../packages/monitor/src/probes/guard.ts'
import type { Serving } from '../../packages/monitor/test/serve.ts'

/** Begins to deliver what waits in a monitor's outbox, by a console channel that nobody reads. */
export async function startDelivery({ store }: Serving): Promise<DeliveryLoop> {
  const guard = createGuard({ private: true, allow: [] })
  const environment = { print: () => undefined, colour: false, guard, clock: systemClock }
  const channels = await openChannels([{ name: 'ops', kind: 'console', options: {} }], environment)
  return createDelivery({ store, channels, clock: systemClock, worker: 'test', logger: pino({ level: 'silent' }) })
}
