import type { CheckType } from './check-type.ts'
import { MACHINE_TYPES } from './machine.ts'
import { NETWORK_TYPES } from './network.ts'
import { QUEUE_TYPES } from './queues.ts'
import { STORE_TYPES } from './stores.ts'

/** Every check that a file can name. A new one is one entry in its group and one row in docs/serve.md. */
export const CHECK_TYPES: Readonly<Record<string, CheckType>> = {
  ...MACHINE_TYPES,
  ...NETWORK_TYPES,
  ...STORE_TYPES,
  ...QUEUE_TYPES,
}

const OWN_PROCESS = 'looks at the process that it runs in, which here would be Hale and not the app'
const IN_THE_APP = 'is told by the app itself, through the library'

/** Checks of the library that mean nothing beside an app, and why. */
export const NOT_BESIDE_AN_APP: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['cpu', 'gc-pause', 'heap', 'open-files', 'rss', 'thread-pool'].map((type) => [type, OWN_PROCESS]),
  ),
  ...Object.fromEntries(
    [
      'backlog',
      'bullmq',
      'child',
      'circuit-breaker',
      'heartbeat',
      'kafka',
      'orm',
      'response-time',
      'slower-than-usual',
      'terminus',
    ].map((type) => [type, IN_THE_APP]),
  ),
}
