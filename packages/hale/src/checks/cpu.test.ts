import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeFolder } from '../../../../test/harness/folder.ts'
import { asker } from '../../../../test/harness/ask.ts'
import { defineCheck } from '../core/check.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { cpu, judgeCpu, type CpuOptions } from './cpu.ts'
import { measureProcessors } from './support/cpu-use.ts'

const base = makeFolder('cpu')
afterAll(() => rmSync(base, { recursive: true }))

function machine(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(base, 'root-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

function spin(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

/** The check with half a second of work behind it. */
function afterWork(options: CpuOptions) {
  const inner = cpu(options)
  return defineCheck({
    ...inner,
    async run(context) {
      await inner.run(context)
      spin(550)
      return await inner.run(context)
    },
  })
}

describe('cpu', () => {
  it.each(
    checkConformance({
      name: 'cpu',
      timeout: '5s',
      healthy: () => cpu({ degraded: '100%' }),
      broken: () => afterWork({ degraded: '0%' }),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('is local; the first run starts measuring, and one right after it has nothing new', async () => {
    const check = cpu({ degraded: '0%' })
    expect(check).toMatchObject({ kind: 'cpu', scope: 'local' })
    const ask = asker(check)
    expect((await ask()).value.observed).toBeUndefined()
    expect((await ask()).value.observed).toBeUndefined()
    spin(550)
    const { data, observed } = (await ask()).value
    expect(observed).toMatchObject({ unit: '%' })
    expect(Number(observed?.value)).toBeGreaterThan(0)
    expect(data?.['processors']).toBeLessThanOrEqual(availableParallelism())
  })

  it('judges what was used against what may be used', () => {
    const processors = { count: 2, source: 'a test' }
    const limits = { degraded: 90, unhealthy: undefined }
    const at = (usedMs: number) =>
      judgeCpu({ now: 0, usedMs: 50 }, { now: 10_000, usedMs: 50 + usedMs }, processors, limits)
    expect(at(18_000)).toMatchObject({ status: 'healthy', observed: { value: 90, unit: '%' } })
    expect(at(19_000)).toMatchObject({
      status: 'degraded',
      code: 'THRESHOLD_EXCEEDED',
      message:
        '1.9 of 2 processors used over 10 s (95 %), measured against a test, limit 90 %. See what it works on (node --cpu-prof), or give it more processors or more instances.',
    })
  })

  it('refuses limits that are none', () => {
    expect(() => cpu({ degraded: '2' as never })).toThrow(HealthSetupError)
  })
})

describe('measureProcessors', () => {
  it('reads the quota of control groups version 2, of the tightest group', async () => {
    const root = machine({
      'proc/self/cgroup': '0::/pod/app\n',
      'sys/fs/cgroup/pod/app/cpu.max': 'max 100000\n',
      'sys/fs/cgroup/pod/cpu.max': '50000 100000\n',
    })
    expect(await measureProcessors(root)).toEqual({ count: 0.5, source: 'control group /pod (cpu.max)' })
  })

  it('reads the quota of version 1', async () => {
    const root = machine({
      'proc/self/cgroup': '3:cpu,cpuacct:/docker/abc\n',
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '25000\n',
      'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    })
    expect(await measureProcessors(root)).toEqual({ count: 0.25, source: 'control group / (cpu.cfs_quota_us)' })
  })

  it("takes the machine's processors without a quota", async () => {
    const expected = { count: availableParallelism(), source: 'the processors of this machine' }
    const root = machine({
      'proc/self/cgroup': '1:cpu:/\n',
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    })
    expect(await measureProcessors(root)).toEqual(expected)
    expect(await measureProcessors('/nowhere')).toEqual(expected)
    expect((await measureProcessors()).count).toBeGreaterThan(0)
  })
})
