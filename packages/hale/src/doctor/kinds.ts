import { COVERAGE } from './coverage.ts'

/** Kinds that can ask anything, so that only its name says what a check of theirs asks. Those of an app's own are such, too. */
export const ASK_ANYTHING: ReadonlySet<string> = new Set([
  'child',
  'circuit-breaker',
  'grpc',
  'health',
  'heartbeat',
  'http',
  'ping',
  'process-alive',
  'tcp',
  'terminus',
  'tls',
  'websocket',
])

/** Kinds that look at the process, the machine or a name: never at what something depends on, whatever they are called. */
export const ASK_NO_DEPENDENCY: ReadonlySet<string> = new Set([
  'clock-skew',
  'cpu',
  'cpu-throttling',
  'disk',
  'dns',
  'event-loop',
  'gc-pause',
  'heap',
  'load',
  'memory',
  'open-files',
  'response-time',
  'rss',
  'slower-than-usual',
  'thread-pool',
  'writable-path',
])

const ASK_A_DEPENDENCY: ReadonlySet<string> = new Set(COVERAGE.flatMap(({ check, orBy = [] }) => [check, ...orBy]))

/** Whether its kind says what a check asks, so that its name does not: a `redis` called `queue` asks no RabbitMQ. */
export function asksOneThing(kind: string): boolean {
  return !ASK_ANYTHING.has(kind) && (ASK_NO_DEPENDENCY.has(kind) || ASK_A_DEPENDENCY.has(kind))
}
