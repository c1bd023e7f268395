/**
 * What a probe costs the monitor: CPU by process.cpuUsage, second by second. A machine that does other work too makes
 * the same probe dearer (cold caches, hyperthreads), hence the quietest second beside the median, and a bare stage.
 *
 * 2,000 targets of one other process answer health documents of five components; each is probed every 2 s.
 * Stages: a plain `http.get` in a plain agent, in our schedule, for comparison; probed and read; evaluated and committed too.
 *
 *     npm run build && npx node bench/monitor/main.ts [seconds a stage, 20]
 */
import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { systemClock } from '../../packages/hale/dist/index.js'
import type { ProbeReport } from '../../packages/monitor/dist/evaluate/news.js'
import type { ProbeOutcome, TargetSpec } from '../../packages/monitor/dist/model.js'
import { createGuard } from '../../packages/monitor/dist/probes/guard.js'
import { createProbers, type Probers } from '../../packages/monitor/dist/probes/index.js'
import type { Prober } from '../../packages/monitor/dist/probes/prober.js'
import { createSchedule } from '../../packages/monitor/dist/probes/schedule.js'
import { openStore } from '../../packages/monitor/dist/store/open.js'
import { createTick } from '../../packages/monitor/dist/tick.js'
import { aTarget } from '../../packages/monitor/test/builders.ts'

const TARGETS = 2_000
const EVERY_MS = 2_000
const SETTLE_MS = 6_000
const seconds = Number(process.argv[2] ?? 20)

interface Measured {
  readonly stage: string
  readonly probes: number
  /** CPU of each second, in µs a probe, least first. */
  readonly cpuUs: readonly number[]
  readonly delayP99Ms: number
  readonly lagMs: number
  readonly failed: number
}

const server = fork(fileURLToPath(new URL('targets.ts', import.meta.url)))
const { port, bytes } = await new Promise<{ port: number; bytes: number }>((resolve) => {
  server.once('message', (message) => resolve(message as { port: number; bytes: number }))
})
const targets = Array.from({ length: TARGETS }, (_, n) => toTarget(n))
const folder = await mkdtemp(join(tmpdir(), 'hale-bench-'))
try {
  const bare = await measure('bare http.get', createBareProbers(), () => {})
  const probing = await measure('probe + read', createRealProbers(), checkDocument)
  const { measured, bytesPerSample } = await measureAll()
  print([bare, probing, measured], bytesPerSample)
} finally {
  server.disconnect()
  await rm(folder, { recursive: true })
}

function createRealProbers(): Probers {
  return createProbers({ guard: createGuard({ private: true, allow: [] }), clock: systemClock })
}

/** What node:http costs by itself: nothing is measured, judged or read. */
function createBareProbers(): Probers {
  const agents = new Map(targets.map(({ id }) => [id, new Agent({ keepAlive: true })]))
  const outcome: ProbeOutcome = {
    result: { status: 'healthy' },
    durationMs: 0,
    phases: undefined,
    certificate: undefined,
    document: undefined,
    components: [],
  }
  const bare: Prober = {
    probe: ({ id, address }) =>
      new Promise((resolve, reject) => {
        const { hostname: host, port, pathname: path } = new URL(address)
        const request = get({ host, port, path, agent: agents.get(id) }, (response) => {
          response.on('data', () => {})
          response.on('end', () => resolve(outcome))
        })
        request.on('error', reject)
      }),
    forget: (id) => agents.get(id)?.destroy(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  return { health: bare, http: bare, tcp: bare, [Symbol.asyncDispose]: () => Promise.resolve() }
}

function checkDocument({ outcome }: ProbeReport): void {
  if (outcome.components.length !== 5) throw new Error(`a document was not read: ${outcome.result.message}`)
}

/** Probes all targets and measures, once every target has its connection. */
async function measure(stage: string, probers: Probers, onReport: (report: ProbeReport) => void): Promise<Measured> {
  let failed = 0
  const schedule = createSchedule({
    clock: systemClock,
    probers,
    onReport(report) {
      if (report.outcome.result.status !== 'healthy') failed++
      else onReport(report)
    },
  })
  schedule.update(targets)
  await sleep(SETTLE_MS)
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  const first = schedule.stats.started
  const cpuUs: number[] = []
  for (let second = 0; second < seconds; second++) {
    const before = schedule.stats.started
    const cpu = process.cpuUsage()
    await sleep(1_000)
    const { user, system } = process.cpuUsage(cpu)
    cpuUs.push((user + system) / (schedule.stats.started - before))
  }
  const { lagMs, started } = schedule.stats
  delay.disable()
  schedule.close()
  await probers[Symbol.asyncDispose]()
  return {
    stage,
    probes: started - first,
    cpuUs: cpuUs.sort((a, b) => a - b),
    delayP99Ms: Math.max(0, delay.percentile(99) / 1e6 - 10),
    lagMs,
    failed,
  }
}

/** The same with the tick and a store behind it, and what a sample takes on the disk in the end. */
async function measureAll(): Promise<{ readonly measured: Measured; readonly bytesPerSample: number }> {
  let samples = 0
  let measured: Measured
  {
    await using store = await openStore(`sqlite:${folder}`)
    await store.roster.sync(targets)
    const { owned } = await store.renewAndClaim('bench', 3_600_000)
    await using tick = createTick({
      store,
      clock: systemClock,
      logger: pino({ level: 'error' }),
      channels: [],
      publicUrl: undefined,
      onNotifications: () => {},
      onFenced: (shard) => {
        throw new Error(`shard ${shard} was lost`)
      },
    })
    for (const lease of owned) await tick.adopt(lease)
    measured = await measure('… + evaluate + store', createRealProbers(), (report) => {
      samples += 1 + report.outcome.components.length
      tick.take(report)
    })
  }
  const db = new DatabaseSync(join(folder, 'hale.db'))
  db.exec('pragma wal_checkpoint(truncate)')
  const [row] = db.prepare(`select sum(pgsize) as bytes from dbstat where name glob 'segment_*'`).all()
  db.close()
  return { measured, bytesPerSample: Number(row?.['bytes']) / samples }
}

function toTarget(n: number): TargetSpec {
  const target = aTarget({
    id: `bench-${n}`,
    name: `bench ${n}`,
    address: `http://127.0.0.1:${port}/${n}/health`,
    freshEvery: 1_000_000,
    policy: { everyMs: EVERY_MS, timeoutMs: 1_500, failureThreshold: 2, staleAfterMs: 7_500 },
  })
  return { ...target, http: { ...target.http, degradedAboveMs: 5_000 } }
}

function print(stages: readonly Measured[], bytesPerSample: number): void {
  console.log(`\n${TARGETS} targets at ${EVERY_MS / 1_000} s, documents of ${bytes} bytes, ${seconds} s a stage\n`)
  console.table(
    Object.fromEntries(
      stages.map(({ stage, probes, cpuUs, delayP99Ms, lagMs, failed }) => {
        const median = cpuUs[Math.floor(cpuUs.length / 2)] ?? NaN
        const row = {
          probes,
          'CPU µs a probe': Number(median.toFixed(1)),
          'quietest second': Number((cpuUs[0] ?? NaN).toFixed(1)),
          'probes a core-second': Math.round(1e6 / median),
          'loop delay p99 ms': Number(delayP99Ms.toFixed(1)),
          'lag ms': Number(lagMs.toFixed(1)),
          failed,
        }
        return [stage, row]
      }),
    ),
  )
  console.log(`bytes a sample at rest: ${bytesPerSample.toFixed(2)}`)
}
