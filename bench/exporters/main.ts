// What an exporter costs an app with 10,000 checks, one every 10 s: how long the event loop is held in one go, CPU, memory,
// and what is dropped, with a receiver that answers, with one that hangs, and without an exporter.
//
//     npm run bench -- exporters [rounds, 3]
//
// Each way is a process of its own, in turns, so that what else the machine does falls on all of them. How long the loop was
// held is the CPU time of its thread between two chances of a timer of 1 ms: other processes delay it, but do not count.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { AppFigures, Way } from './app.ts'

const WAYS: readonly Way[] = ['none', 'healthy', 'hung', 'opentelemetry without SDK']
const rounds = Number(process.argv[2] ?? 3)

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

async function firstMessage<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T]
  return message
}

const receivers: ChildProcess[] = []
async function receiver(answers: boolean): Promise<string> {
  const child = fork(new URL('receiver.ts', import.meta.url), [String(answers)])
  receivers.push(child)
  return firstMessage<string>(child)
}

const addresses: Readonly<Partial<Record<Way, string>>> = { healthy: await receiver(true), hung: await receiver(false) }
const found = new Map<Way, AppFigures[]>(WAYS.map((way) => [way, []]))
for (let round = 0; round < rounds; round++) {
  for (const way of WAYS) {
    const app = fork(new URL('app.ts', import.meta.url), [way, addresses[way] ?? ''], { execArgv: ['--expose-gc'] })
    const figures = await firstMessage<AppFigures>(app)
    found.get(way)?.push(figures)
    console.log(way, JSON.stringify(figures))
    await once(app, 'exit')
  }
}
for (const child of receivers) child.disconnect()

console.table(
  WAYS.map((way) => {
    const all = found.get(way) ?? []
    const middle = (field: keyof AppFigures): number => median(all.map((each) => each[field]))
    return {
      exporter: way,
      'longest hold, CPU ms': middle('longestMs').toFixed(1),
      'hold p99.9, CPU ms': middle('p999Ms').toFixed(1),
      'CPU s in 40 s': middle('cpuS').toFixed(2),
      'heap MB': middle('heapMB').toFixed(1),
      sent: middle('sent'),
      dropped: middle('dropped'),
      queued: middle('queued'),
    }
  }),
)
