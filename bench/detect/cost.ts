import { createHealth } from 'hale'
import type { Bed, Subject } from '../../packages/hale/test/subjects/subject.ts'
import { openTap, type Passed } from './tap.ts'
import { openUdpTap } from './udp-tap.ts'

/** Runs that are measured, after those in which it connects. */
const RUNS = 40
const WARM_UP = 5
const EVERY_MS = 50
const WITHIN_MS = 30_000

/** What a check costs its dependency per run while all is well. */
export async function measureCost({ protocol, server }: Bed, subject: Subject): Promise<Passed> {
  await using tap = await (protocol === 'udp' ? openUdpTap : openTap)(server)
  const opened = await subject.open(tap.port)
  const policy = { every: EVERY_MS, timeout: '1s', jitter: 0, initialDelay: 0 } as const
  const health = createHealth({ checks: { subject: { check: opened.check, ...policy } } })
  const name = `${subject.check} by ${subject.client}`
  try {
    return await new Promise((resolve, reject) => {
      const late = new Error(`${name}: not ${RUNS} runs in ${WITHIN_MS} ms`)
      const tooLong = setTimeout(() => reject(late), WITHIN_MS)
      let runs = 0
      let before = tap.read()
      health.on('run', ({ result }) => {
        runs += 1
        if (runs <= WARM_UP) before = tap.read()
        else if (result.status !== 'healthy') reject(new Error(`${name} is ${result.status}: ${result.message}`))
        if (runs < WARM_UP + RUNS) return
        clearTimeout(tooLong)
        resolve(perRun(before, tap.read()))
      })
    })
  } finally {
    await health.close()
    await opened.end?.()
  }
}

function perRun(before: Passed, after: Passed): Passed {
  const mean = (key: keyof Passed): number => Math.round(((after[key] - before[key]) / RUNS) * 10) / 10
  return { opens: mean('opens'), exchanges: mean('exchanges'), sent: mean('sent'), received: mean('received') }
}
