// What the engine costs by itself: CPU of a run, memory of a check, what 10,000 checks do to the event loop, and what
// measuring a request costs. CPU time is the process's own, which holds on a machine that does other work; the delay of the
// event loop does not, so it is paired with that of the same process without checks.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { createHealth, createTraffic, healthy, type Health } from 'hale'
import { trafficOfFrameworks } from './traffic.ts'

const CHECKS = 10_000
const RESOLUTION_MS = 10

interface Row {
  readonly measure: string
  readonly value: number
  readonly unit: string
  readonly goal?: number
}

const rows: Row[] = []
const add = (measure: string, value: number, unit: string, goal?: number): void => {
  rows.push({ measure, value, unit, ...(goal === undefined ? {} : { goal }) })
  console.log(`${measure}: ${value.toFixed(2)} ${unit}`)
}

function heldBytes(): number {
  globalThis.gc?.()
  const { arrayBuffers, external, heapUsed } = process.memoryUsage()
  return heapUsed + Math.max(arrayBuffers, external)
}

function cpuMicros(): number {
  const { system, user } = process.cpuUsage()
  return user + system
}

/** The 99th percentile of the loop's delay in ms. */
async function loopDelay(seconds: number): Promise<number> {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  histogram.enable()
  await sleep(seconds * 1_000)
  histogram.disable()
  return Math.max(0, histogram.percentile(99) / 1e6 - RESOLUTION_MS)
}

/** Checks whose answer is there at once. */
function instantChecks(
  every: string,
  count: number = CHECKS,
): { readonly health: Health; readonly runs: () => number } {
  let runs = 0
  const check = () => {
    runs += 1
    return healthy()
  }
  const names = Array.from({ length: count }, (_, index) => `check-${index}`)
  const checks = Object.fromEntries(names.map((name) => [name, { check, every, jitter: 1 }]))
  return { health: createHealth({ checks }), runs: () => runs }
}

async function memory(): Promise<void> {
  await createHealth({ checks: { first: () => healthy() } }).close() // what is loaded once
  const before = heldBytes()
  const { health } = instantChecks('1h')
  add('memory of a check that waits for its first run', (heldBytes() - before) / CHECKS, 'B')
  await health.probe('ready')
  await sleep(100)
  add('memory of an idle check', (heldBytes() - before) / CHECKS, 'B', 1_024)
  await health.close()
}

async function cpuOfRun(): Promise<void> {
  const { health, runs } = instantChecks('2ms', 100)
  await sleep(2_000)
  const [runsBefore, cpuBefore] = [runs(), cpuMicros()]
  await sleep(5_000)
  add('CPU of one run of an instant check', (cpuMicros() - cpuBefore) / (runs() - runsBefore), 'µs', 3)
  await health.close()
}

async function memoryOfBusyChecks(): Promise<void> {
  const before = heldBytes()
  const { health, runs } = instantChecks('200ms')
  await sleep(10_000)
  const perCheck = (heldBytes() - before) / CHECKS
  add(`memory of a check after ${Math.round(runs() / CHECKS)} runs, their durations included`, perCheck, 'B')
  await health.close()
}

async function delay(): Promise<void> {
  add('event-loop delay without checks, p99', await loopDelay(10), 'ms')
  const { health, runs } = instantChecks('1s')
  await sleep(2_000)
  const [runsBefore, cpuBefore] = [runs(), cpuMicros()]
  add(`event-loop delay with ${CHECKS.toLocaleString('en')} checks at 1 s, p99`, await loopDelay(10), 'ms', 5)
  add('  runs a second meanwhile', (runs() - runsBefore) / 10, '')
  add('  CPU meanwhile', (cpuMicros() - cpuBefore) / 1e5, '%')
  await health.close()
}

function traffic(): void {
  const requests = 2_000_000
  const routes = Array.from({ length: 50 }, (_, index) => `GET /route-${index}/:id`)
  const durations = Array.from({ length: 1_000 }, (_, index) => 20 * Math.exp(Math.sin(index * 12.9898) * 2))
  const traffic = createTraffic()
  const run = (): number => {
    const before = cpuMicros()
    for (let i = 0; i < requests; i++) traffic.record(routes[i % 50], 200, durations[i % 1_000] ?? 1)
    return (cpuMicros() - before) / requests
  }
  run()
  add('traffic.record', run(), 'µs', 2)
  const before = cpuMicros()
  for (let i = 0; i < requests; i++) traffic.begin()(routes[i % 50], 200)
  add('traffic.begin and its end', (cpuMicros() - before) / requests, 'µs', 2)
}

if (globalThis.gc === undefined) throw new Error('run it with --expose-gc: npm run bench -- engine')
await memory()
await memoryOfBusyChecks()
await cpuOfRun()
await delay()
traffic()
await trafficOfFrameworks(add)
console.table(
  rows.map(({ goal, measure, unit, value }) => ({
    measure: measure.trim(),
    value: `${value < 100 ? value.toFixed(2) : Math.round(value)} ${unit}`,
    goal: goal === undefined ? '' : `≤ ${goal} ${unit}`,
    reached: goal === undefined ? '' : value <= goal ? 'yes' : 'NO',
  })),
)
