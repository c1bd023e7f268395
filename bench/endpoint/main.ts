// What a health endpoint costs, against a bare node:http server that answers a constant of the same size.
// CPU of the server's process per request, A B A B in one run: wall-clock rates are noise on a shared machine.
import { execFile, fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { promisify, parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '4' },
    connections: { type: 'string', default: '100' },
    checks: { type: 'string', default: '10' },
  },
})
const rounds = Number(values.rounds)
const seconds = Number(values.seconds)
const GOAL = 1.1

interface Measure {
  readonly cpuMicros: number
  readonly requests: number
  readonly dependencyCalls: number
}

interface Server extends AsyncDisposable {
  readonly url: string
  measure(): Promise<Measure>
}

async function start(kind: 'bare' | 'hale', size: number): Promise<Server> {
  const script = new URL('./server.ts', import.meta.url).pathname
  const child: ChildProcess = fork(script, [kind, values.checks, String(size)])
  const [{ listening }] = (await once(child, 'message')) as [{ listening: { port: number } }]
  return {
    url: `http://127.0.0.1:${listening.port}/health`,
    async measure() {
      child.send('measure')
      const [measure] = (await once(child, 'message')) as [Measure]
      return measure
    },
    async [Symbol.asyncDispose]() {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}

interface Round {
  readonly cpuPerRequest: number
  readonly requestsPerSecond: number
  readonly callsPerSecond: number
}

async function load(server: Server): Promise<Round> {
  const before = await server.measure()
  await promisify(execFile)('wrk', ['-t1', `-c${values.connections}`, `-d${seconds}s`, server.url])
  const after = await server.measure()
  const requests = after.requests - before.requests
  return {
    cpuPerRequest: (after.cpuMicros - before.cpuMicros) / requests,
    requestsPerSecond: requests / seconds,
    callsPerSecond: (after.dependencyCalls - before.dependencyCalls) / seconds,
  }
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN

await using hale = await start('hale', 0)
const sample = await fetch(hale.url)
const body = await sample.text()
if (sample.status !== 200) throw new Error(`the endpoint answered ${sample.status} ${body}`)
await using bare = await start('bare', body.length)
await load(bare)
await load(hale)

const results: { readonly bare: Round; readonly hale: Round }[] = []
for (let round = 1; round <= rounds; round += 1) {
  const each = { bare: await load(bare), hale: await load(hale) }
  results.push(each)
  const ratio = each.hale.cpuPerRequest / each.bare.cpuPerRequest
  console.log(`round ${round} of ${rounds}: ${ratio.toFixed(3)} × bare`)
}

const row = (name: 'bare' | 'hale') => ({
  'CPU µs a request': median(results.map((each) => each[name].cpuPerRequest)).toFixed(1),
  'requests a second': Math.round(median(results.map((each) => each[name].requestsPerSecond))),
  'dependency calls a second': Math.round(median(results.map((each) => each[name].callsPerSecond))),
})
console.table({ 'bare node:http': row('bare'), [`hale, ${values.checks} checks of 5 ms`]: row('hale') })
const ratio = median(results.map((each) => each.hale.cpuPerRequest / each.bare.cpuPerRequest))
console.log(
  `Hale costs ${ratio.toFixed(3)} × the bare server's CPU (median of ${rounds} pairs; goal ≤ ${GOAL}): ${ratio <= GOAL ? 'reached' : 'not reached'}.`,
)
