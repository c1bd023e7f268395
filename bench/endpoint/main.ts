// What a health endpoint costs, against a bare node:http server that answers a constant of the same size.
// CPU of the server's process per request, A B C A B C in one run: wall-clock rates are noise on a shared machine.
// `--all` measures Hale in frameworks and the competitors as well, with 1, 10 and 100 checks.
import { parseArgs } from 'node:util'
import {
  BARE,
  COMPETITORS,
  HALE,
  HALE_IN_FRAMEWORKS,
  haleBytes,
  installCompetitors,
  installedWith,
  type Contender,
} from './contenders.ts'
import { load, median, start, type Round, type Server } from './measure.ts'

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
const contenders = values.all ? [HALE, ...HALE_IN_FRAMEWORKS, ...COMPETITORS] : [HALE]
const GOAL = 1.03

if (values.all) installCompetitors()
for (const checks of counts) await compare(checks)

async function compare(checks: number): Promise<void> {
  const servers = await startAll(checks)
  const results = new Map<Server, Round[]>(servers.map((server) => [server, []]))
  try {
    for (const server of servers) await load(server, { ...options, seconds: 1 })
    for (let round = 1; round <= rounds; round += 1) {
      for (const [server, measured] of results) measured.push(await load(server, options))
      console.log(`${checks} checks, round ${round} of ${rounds}`)
    }
  } finally {
    for (const server of servers) await server[Symbol.asyncDispose]()
  }
  print(checks, results)
}

/** The bare server first; it answers as many bytes as Hale does. */
async function startAll(checks: number): Promise<readonly Server[]> {
  const started: Server[] = []
  for (const contender of contenders) {
    const server = await start(contender, checks)
    started.push(server)
    const answer = await fetch(server.url)
    const body = await answer.text()
    if (answer.status !== 200) throw new Error(`${contender.label} answered ${answer.status} ${body}`)
    if (contender === HALE) started.unshift(await start(BARE, checks, body.length))
  }
  return started
}

function print(checks: number, results: ReadonlyMap<Server, readonly Round[]>): void {
  const [bare = []] = results.values()
  const table = [...results].map(([{ contender, startMs }, measured]): [string, object] => {
    const ratio = median(measured.map(({ cpuPerRequest }, n) => cpuPerRequest / (bare[n]?.cpuPerRequest ?? NaN)))
    const middle = (key: keyof Round): number => median(measured.map((round) => round[key]))
    return [
      contender.label,
      {
        'CPU µs': middle('cpuPerRequest').toFixed(1),
        '× bare': ratio.toFixed(3),
        'requests/s': Math.round(middle('requestsPerSecond')),
        'p50 ms': middle('p50Ms').toFixed(2),
        'p99 ms': middle('p99Ms').toFixed(2),
        'calls/s': Math.round(middle('callsPerSecond')),
        'start ms': Math.round(startMs),
        ...(values.all ? weigh(contender) : {}),
      },
    ]
  })
  console.log(
    `\n${checks} checks of 5 ms, ${options.connections} connections, median of ${rounds} rounds; goal for Hale ≤ ${GOAL} × bare`,
  )
  console.table(Object.fromEntries(table))
}

function weigh(contender: Contender): object {
  if (contender === BARE) return {}
  const { bytes, packages } =
    contender.packages === undefined ? { bytes: haleBytes(), packages: 1 } : installedWith(contender)
  return { packages, 'MB installed': (bytes / 1e6).toFixed(1) }
}
