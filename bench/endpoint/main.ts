// What a health endpoint costs, against a bare node:http server that answers a constant of the same size.
// CPU of the server's process per request, each paired with the bare server's next to it: rates are noise on a shared machine.
// `--all` measures Hale in frameworks and the competitors as well, with 1, 10 and 100 checks; `--only` those whose label fits a pattern.
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
    seconds: { type: 'string', default: '1' },
    connections: { type: 'string', default: '100' },
    checks: { type: 'string' },
    only: { type: 'string', default: '' },
  },
})
const rounds = Number(values.rounds)
const options = { seconds: Number(values.seconds), connections: Number(values.connections) }
const counts = (values.checks ?? (values.all ? '1,10,100' : '10')).split(',').map(Number)
const contenders = [HALE, ...(values.all ? [...IN_FRAMEWORKS, ...COMPETITORS] : [])].filter(
  (each) => each === HALE || new RegExp(values.only).test(each.label),
)
const GOAL = 1.03
const STARTS = 3
const WARM_UP_S = 5

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

/** A round of a server, and one of the bare server next to it: before it and after it in turn. */
interface Pair {
  readonly bare: Round
  readonly round: Round
}

/**
 * Each has a bare server of its own that starts with it, warms up with it and is asked in turn with it, and nothing runs
 * besides: V8 throws compiled code away while a server waits, and until it is compiled again a request takes twice the CPU.
 */
async function measure(contender: Contender, checks: number): Promise<readonly Pair[]> {
  await using server = await start(contender, checks)
  await using bare = await start(BARE, checks, contender.kind.startsWith('hale') ? await answerOf(server) : undefined)
  await Promise.all([server, bare].map((each) => load(each, { ...options, seconds: WARM_UP_S })))
  const pairs: Pair[] = []
  for (let n = 1; n <= rounds; n += 1) {
    pairs.push(n % 2 === 0 ? await loadPair(bare, server) : swap(await loadPair(server, bare)))
  }
  return pairs
}

async function loadPair(first: Server, second: Server): Promise<Pair> {
  return { bare: await load(first, options), round: await load(second, options) }
}

function swap({ bare, round }: Pair): Pair {
  return { bare: round, round: bare }
}

/** The bytes that Hale answers; the bare server answers as many. */
async function answerOf({ contender, url }: Server): Promise<number> {
  const answer = await fetch(url)
  const body = await answer.text()
  if (answer.status !== 200) throw new Error(`${contender.label} answered ${answer.status} ${body}`)
  return body.length
}

async function compare(checks: number): Promise<void> {
  const results = new Map<Contender, readonly Pair[]>()
  for (const contender of contenders) {
    results.set(contender, await measure(contender, checks))
    console.error(`${checks} checks: ${contender.label}`)
  }
  const bares = [...results.values()].flat().map(({ bare }) => ({ bare, round: bare }))
  print(checks, new Map([[BARE, bares], ...results]))
}

function print(checks: number, results: ReadonlyMap<Contender, readonly Pair[]>): void {
  const rows = [...results].map(([contender, pairs]) => {
    const ratio = median(pairs.map(({ bare, round }) => round.cpuPerRequest / bare.cpuPerRequest))
    const middle = (key: keyof Round): number => median(pairs.map(({ round }) => round[key]))
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
  const method = `${options.connections} connections, median of ${rounds} rounds of ${options.seconds} s, each beside one of bare`
  console.log(`\nChecks of 5 ms, ${method}; the goal for Hale is ≤ ${GOAL} × bare\n\n${toTable(rows)}\n`)
}
