// What a health endpoint costs, against a bare node:http server that answers a constant of the same size.
// CPU of the server's process per request, A B C A B C in one run: wall-clock rates are noise on a shared machine.
// `--all` measures Hale in frameworks and the competitors as well, with 1, 10 and 100 checks.
import { parseArgs } from 'node:util'
import {
  BARE,
  COMPETITORS,
  HALE,
  IN_FRAMEWORKS,
  installCompetitors,
  versions,
  weigh,
  writeOwnScript,
  type Contender,
} from './contenders.ts'
import { load, median, start, type Round, type Server } from './measure.ts'
import { toTable } from './table.ts'

const { values } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '4' },
    connections: { type: 'string', default: '100' },
    checks: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
const options = { seconds: Number(values.seconds), connections: Number(values.connections) }
const counts = (values.checks ?? (values.all ? '1,10,100' : '10')).split(',').map(Number)
const contenders = values.all ? [HALE, ...IN_FRAMEWORKS, ...COMPETITORS] : [HALE]
const GOAL = 1.03
const STARTS = 5

writeOwnScript()
if (values.all) installCompetitors()
const starts = await timeStarts()
for (const checks of counts) await compare(checks)
if (values.all) console.log(`Node ${process.version}; ${versions()}`)

/** Milliseconds that each takes to start with one check, while nothing else is measured. */
async function timeStarts(): Promise<ReadonlyMap<Contender, number>> {
  const times = new Map<Contender, number[]>([BARE, ...contenders].map((contender) => [contender, []]))
  for (let round = 1; round <= STARTS; round += 1) {
    for (const [contender, measured] of times) {
      await using server = await start(contender, 1)
      measured.push(server.startMs)
    }
  }
  return new Map([...times].map(([contender, measured]) => [contender, median(measured)]))
}

async function compare(checks: number): Promise<void> {
  const servers = await startAll(checks)
  const results = new Map<Server, Round[]>(servers.map((server) => [server, []]))
  try {
    for (const server of servers) await load(server, { ...options, seconds: 1 })
    for (let round = 1; round <= rounds; round += 1) {
      // Whoever comes after an idle or a heavy one has it easier or harder: each comes after each.
      const turn = round % servers.length
      for (const server of [...servers.slice(turn), ...servers.slice(0, turn)]) {
        results.get(server)?.push(await load(server, options))
      }
      console.error(`${checks} checks, round ${round} of ${rounds}`)
    }
  } finally {
    for (const server of servers) await server[Symbol.asyncDispose]()
  }
  print(checks, results)
}

/** The bare server first; it answers as many bytes as Hale does. */
async function startAll(checks: number): Promise<readonly Server[]> {
  const started: Server[] = []
  let bytes = 0
  for (const contender of contenders) {
    const server = await start(contender, checks, bytes)
    started.push(server)
    const answer = await fetch(server.url)
    const body = await answer.text()
    if (answer.status !== 200) throw new Error(`${contender.label} answered ${answer.status} ${body}`)
    if (contender !== HALE) continue
    bytes = body.length
    started.unshift(await start(BARE, checks, bytes))
  }
  return started
}

function print(checks: number, results: ReadonlyMap<Server, readonly Round[]>): void {
  const [bare = []] = results.values()
  const rows = [...results].map(([{ contender }, measured]) => {
    const ratio = median(measured.map(({ cpuPerRequest }, n) => cpuPerRequest / (bare[n]?.cpuPerRequest ?? NaN)))
    const middle = (key: keyof Round): number => median(measured.map((round) => round[key]))
    const { bytes, packages } = values.all ? weigh(contender) : { bytes: NaN, packages: NaN }
    return {
      [`${checks} checks`]: contender.label,
      'CPU µs': middle('cpuPerRequest').toFixed(1),
      '× bare': ratio.toFixed(3),
      'requests/s': middle('requestsPerSecond').toFixed(0),
      'p50 ms': middle('p50Ms').toFixed(1),
      'p99 ms': middle('p99Ms').toFixed(1),
      'calls/s': middle('callsPerSecond').toFixed(0),
      'start ms': (starts.get(contender) ?? NaN).toFixed(0),
      ...(values.all && { packages: String(packages), MB: (bytes / 1e6).toFixed(1) }),
    }
  })
  const method = `${options.connections} connections, median of ${rounds} rounds of ${options.seconds} s`
  console.log(`\nChecks of 5 ms, ${method}; the goal for Hale is ≤ ${GOAL} × bare\n\n${toTable(rows)}\n`)
}
