import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { askOnce } from '../../../../test/harness/ask.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { heap } from './heap.ts'

const here = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href)

/** The result of a process with a heap of 64 MiB, in which `work` is done first. */
function inSmallHeap(work: string): Record<string, unknown> {
  const script = `
    import { heap } from ${here('./heap.ts')}
    const check = heap()
    const ask = () => check.run({})
    const turn = () => new Promise((resolve) => setImmediate(resolve))
    ask()
    const kept = []
    ${work}
    globalThis.gc({ type: 'major', execution: 'sync' })
    for (let i = 0; i < 3; i++) await turn()
    const first = ask()
    console.log(JSON.stringify({ ...first, kept: kept.length }))`
  const args = ['--max-old-space-size=64', '--expose-gc', '--input-type=module-typescript', '-e', script]
  const { stderr, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect(stderr).toBe('')
  return JSON.parse(stdout) as Record<string, unknown>
}

describe('heap', () => {
  it.each(
    checkConformance({
      name: 'heap',
      healthy: () => heap({ degraded: '100%', unhealthy: '100%' }),
      broken: () => heap({ degraded: '0%', unhealthy: '100%' }),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('is local, and measures this very process', async () => {
    expect(heap()).toMatchObject({ kind: 'heap', scope: 'local' })
    const { data, observed } = await askOnce(heap())
    expect(Number(data?.['usedBytes'])).toBeGreaterThan(1e6)
    expect(Number(data?.['limitBytes'])).toBeGreaterThan(Number(data?.['usedBytes']))
    expect(observed).toMatchObject({ unit: '%' })
  })

  it('sees a heap that fills up with what is kept', () => {
    const full = inSmallHeap('for (let i = 0; i < 50_000; i++) kept.push(Array.from({ length: 110 }, (_, n) => n + i))')
    expect(full).toMatchObject({ code: 'THRESHOLD_EXCEEDED', kept: 50_000 })
    expect(full['message']).toMatch(/of the heap in use .*, limit \d+ %\. Look for a leak/)
  })

  it('takes no garbage for a full heap', () => {
    const garbage = inSmallHeap('for (let i = 0; i < 60_000; i++) void Array.from({ length: 110 }, (_, n) => n + i)')
    expect(garbage).toMatchObject({ status: 'healthy', kept: 0 })
  })

  it('refuses limits that are none', () => {
    expect(() => heap({ degraded: '5GB' as never, unhealthy: '80%' })).toThrow(HealthSetupError)
  })
})
