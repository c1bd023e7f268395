import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import type { Contender } from './contenders.ts'

/** A server under measurement. */
export interface Server extends AsyncDisposable {
  readonly contender: Contender
  readonly url: string
  /** Milliseconds from the start of its process until it listened. */
  readonly startMs: number
  /** CPU time and dependency calls since its start. */
  tell(): Promise<{ readonly cpuMicros: number; readonly dependencyCalls: number }>
}

export async function start(contender: Contender, checks: number, bodyBytes = 20): Promise<Server> {
  const startedAt = performance.now()
  const child = fork(contender.script, [contender.kind, String(checks), String(bodyBytes)])
  const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [
    { listening: { port: number } } | number,
  ]
  if (typeof message !== 'object') throw new Error(`${contender.label} ended with ${message} instead of listening`)
  return {
    contender,
    url: `http://127.0.0.1:${message.listening.port}/health`,
    startMs: performance.now() - startedAt,
    async tell() {
      child.send('measure')
      const [answer] = (await once(child, 'message')) as [{ cpuMicros: number; dependencyCalls: number }]
      return answer
    },
    async [Symbol.asyncDispose]() {
      const exit = once(child, 'exit')
      child.disconnect()
      await exit
    },
  }
}

/** One server under load for some seconds. */
export interface Round {
  readonly cpuPerRequest: number
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly callsPerSecond: number
}

export async function load(server: Server, options: { seconds: number; connections: number }): Promise<Round> {
  const { connections, seconds } = options
  const before = await server.tell()
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', server.url]
  const { stdout } = await promisify(execFile)('wrk', args)
  const after = await server.tell()
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1])
  // None at all are an answer too: too slow for one round.
  if (Number.isNaN(requests) || /Non-2xx/.test(stdout))
    throw new Error(`${server.contender.label} did not answer:\n${stdout}`)
  return {
    cpuPerRequest: (after.cpuMicros - before.cpuMicros) / requests,
    requestsPerSecond: requests / seconds,
    p50Ms: readLatency(stdout, '50%'),
    p99Ms: readLatency(stdout, '99%'),
    callsPerSecond: (after.dependencyCalls - before.dependencyCalls) / seconds,
  }
}

function readLatency(output: string, percentile: string): number {
  const [, amount, unit = ''] = new RegExp(`${percentile}\\s+([\\d.]+)(us|ms|s)`).exec(output) ?? []
  return Number(amount) * ({ us: 0.001, ms: 1, s: 1_000 }[unit] ?? NaN)
}

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN
}
