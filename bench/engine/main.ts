// What the engine costs by itself: CPU of a run, memory of a check, what 10,000 checks do to the event loop, and what
// measuring a request costs.
//
// CPU is the process's own, its timers, wake-ups and garbage collector included; it holds on a machine that does other work.
// The delay of the event loop does not, for whatever else runs delays it too. So it is taken by Node's own
// `monitorEventLoopDelay`, in turns without and with checks in one process, and the median of the turns' p99 is told.
// Its timer fires every `resolution` ms, which is part of what it records and is taken off here. The goal is for a
// resolution of 1 ms: a sample every 10 ms, its default, misses most of what lasts a millisecond or two, and is told beside
// it, for it weighs a long stall more. What no other process can spoil is told as well: how long the checks hold the loop
// in one go, in CPU time of its thread.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { createHealth, createTraffic, healthy, systemClock, type Clock, type Health } from 'hale'

const CHECKS = 10_000
const TURNS = 5
const RESOLUTIONS_MS = [1, 10] as const

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

function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

function quantile(values: readonly number[], q: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(q * values.length) - 1] ?? Number.NaN
}

/** The 99th percentile of the loop's delay in ms beyond each resolution, over so many seconds. */
async function loopDelay(seconds: number): Promise<readonly number[]> {
  const histograms = RESOLUTIONS_MS.map((resolution) => monitorEventLoopDelay({ resolution }))
  for (const histogram of histograms) histogram.enable()
  await sleep(seconds * 1_000)
  for (const histogram of histograms) histogram.disable()
  return histograms.map((histogram, index) =>
    Math.max(0, histogram.percentile(99) / 1e6 - (RESOLUTIONS_MS[index] ?? 0)),
  )
}

/** The process's clock, which notes the CPU time of every call that it makes, in ms. */
function notingClock(calls: number[]): Clock {
  const threadMicros = (): number => {
    const { system, user } = process.threadCpuUsage()
    return system + user
  }
  const note = (callback: () => void): void => {
    const before = threadMicros()
    callback()
    calls.push((threadMicros() - before) / 1_000)
  }
  return { ...systemClock, after: (ms, callback) => systemClock.after(ms, () => note(callback)) }
}

/** Checks whose answer is there at once. */
function instantChecks(
  every: string,
  count: number = CHECKS,
  clock: Clock = systemClock,
): { readonly health: Health; readonly runs: () => number } {
  let runs = 0
  const check = () => {
    runs += 1
    return healthy()
  }
  const names = Array.from({ length: count }, (_, index) => `check-${index}`)
  const checks = Object.fromEntries(names.map((name) => [name, { check, every, jitter: 1 }]))
  return { health: createHealth({ checks, clock }), runs: () => runs }
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
  const costs: number[] = []
  for (let turn = 0; turn < TURNS; turn++) {
    const [runsBefore, cpuBefore] = [runs(), cpuMicros()]
    await sleep(1_000)
    costs.push((cpuMicros() - cpuBefore) / (runs() - runsBefore))
  }
  add('CPU of one run of an instant check', median(costs), 'µs', 3)
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
  const without: (readonly number[])[] = []
  const withChecks: (readonly number[])[] = []
  const perSecond: number[] = []
  const cpu: number[] = []
  for (let turn = 0; turn < TURNS; turn++) {
    without.push(await loopDelay(3))
    const { health, runs } = instantChecks('1s')
    await sleep(2_000)
    const [runsBefore, cpuBefore] = [runs(), cpuMicros()]
    withChecks.push(await loopDelay(3))
    perSecond.push((runs() - runsBefore) / 3)
    cpu.push((cpuMicros() - cpuBefore) / 3e4)
    await health.close()
  }
  const checks = `${CHECKS.toLocaleString('en')} checks at 1 s`
  for (const [index, resolution] of RESOLUTIONS_MS.entries()) {
    const p99 = (turns: readonly (readonly number[])[]): number =>
      median(turns.map((turn) => turn[index] ?? Number.NaN))
    add(`event-loop delay without checks, p99 at ${resolution} ms`, p99(without), 'ms')
    add(
      `event-loop delay with ${checks}, p99 at ${resolution} ms`,
      p99(withChecks),
      'ms',
      resolution === 1 ? 5 : undefined,
    )
  }
  add('  runs a second meanwhile', median(perSecond), '')
  add('  CPU meanwhile', median(cpu), '%')
}

async function holdOfLoop(): Promise<void> {
  const calls: number[] = []
  const { health } = instantChecks('1s', CHECKS, notingClock(calls))
  await sleep(2_000)
  calls.length = 0
  await sleep(5_000)
  add('loop held in one go by 10,000 checks at 1 s, CPU, p99', quantile(calls, 0.99), 'ms')
  add('loop held in one go by 10,000 checks at 1 s, CPU, longest', Math.max(...calls), 'ms')
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
await holdOfLoop()
traffic()
console.table(
  rows.map(({ goal, measure, unit, value }) => ({
    measure: measure.trim(),
    value: `${value < 100 ? value.toFixed(2) : Math.round(value)} ${unit}`,
    goal: goal === undefined ? '' : `≤ ${goal} ${unit}`,
    reached: goal === undefined ? '' : value <= goal ? 'yes' : 'NO',
  })),
)
