import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeFolder } from '../../../../test/harness/folder.ts'
import { asker } from '../../../../test/harness/ask.ts'
import { defineCheck } from '../core/check.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { cpuThrottling, judgeThrottling, measureThrottling } from './cpu-throttling.ts'

const base = makeFolder('throttling')
afterAll(() => rmSync(base, { recursive: true }))

function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

function machine(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(base, 'root-'))
  write(root, files)
  return root
}

const stat = (periods: number, throttled: number): string =>
  `usage_usec 5\nnr_periods ${periods}\nnr_throttled ${throttled}\nthrottled_usec ${throttled * 50_000}\n`

/** A container with half a processor. */
function container(): { root: string; go: (periods: number, throttled: number) => void } {
  const root = machine({ 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '50000 100000\n' })
  const go = (periods: number, throttled: number): void =>
    write(root, { 'sys/fs/cgroup/cpu.stat': stat(periods, throttled) })
  go(100, 10)
  return { root, go }
}

describe('cpuThrottling', () => {
  it.each(
    checkConformance({
      name: 'cpu-throttling',
      healthy: () => cpuThrottling({}, container().root),
      broken: () => {
        const { go, root } = container()
        const inner = cpuThrottling({}, root)
        return defineCheck({
          ...inner,
          async run(context) {
            go(100, 10)
            await inner.run(context)
            go(200, 60)
            return await inner.run(context)
          },
        })
      },
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('judges each interval by itself, and keeps to the last while no period has gone by', async () => {
    const { go, root } = container()
    const check = cpuThrottling({ degraded: '25%' }, root)
    expect(check).toMatchObject({ kind: 'cpu-throttling', scope: 'local' })
    const ask = asker(check)
    expect((await ask()).value.observed).toBeUndefined()
    expect((await ask()).value.observed).toBeUndefined()
    go(200, 60)
    const held = {
      status: 'degraded',
      code: 'THRESHOLD_EXCEEDED',
      observed: { value: 50, unit: '%' },
      message:
        'Control group / was held up in 50 of 100 periods (50 %), 2.5 s in all, limit 25 %. Raise its limit of processor time, or spread the work.',
    }
    expect((await ask()).value).toMatchObject(held)
    expect((await ask()).value).toMatchObject(held)
    go(300, 85)
    expect((await ask()).value).toMatchObject({ status: 'healthy', observed: { value: 25 } })
  })

  it('is healthy where nothing limits it', async () => {
    const ask = asker(
      cpuThrottling({}, machine({ 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': 'max 100000\n' })),
    )
    await ask()
    expect((await ask()).value).toMatchObject({
      status: 'healthy',
      message: 'No control group of this process has a quota of processor time.',
    })
  })

  it('refuses limits that are none', () => {
    expect(() => cpuThrottling({ degraded: 5 as never })).toThrow(HealthSetupError)
  })
})

describe('measureThrottling', () => {
  it('reads both versions, a group and those above it', async () => {
    const root = machine({
      'proc/self/cgroup': '3:cpu,cpuacct:/docker/abc\n0::/pod/app\n',
      'sys/fs/cgroup/pod/app/cpu.max': '10000 100000\n',
      'sys/fs/cgroup/pod/app/cpu.stat': stat(7, 3),
      'sys/fs/cgroup/pod/cpu.max': 'max 100000\n',
      'sys/fs/cgroup/pod/cpu.stat': stat(9, 9),
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '25000\n',
      'sys/fs/cgroup/cpu/cpu.stat': 'nr_periods 5\nnr_throttled 1\nthrottled_time 250000000\n',
    })
    expect(await measureThrottling(root)).toEqual([
      { group: '/pod/app', periods: 7, throttled: 3, throttledMs: 150 },
      { group: '/', periods: 5, throttled: 1, throttledMs: 250 },
    ])
    expect(await measureThrottling('/nowhere')).toEqual([])
  })
})

describe('judgeThrottling', () => {
  const counters = (group: string, periods: number, throttled: number) => ({
    group,
    periods,
    throttled,
    throttledMs: 0,
  })

  it('takes the group with the most, and nothing from a group that is new', () => {
    const limits = { degraded: 10, unhealthy: 50 }
    const before = [counters('/a', 0, 0), counters('/b', 100, 0)]
    const after = [counters('/a', 100, 5), counters('/b', 110, 9), counters('/c', 100, 100)]
    expect(judgeThrottling(before, after, limits)).toMatchObject({
      status: 'unhealthy',
      data: { group: '/b', periods: 10 },
    })
    expect(judgeThrottling(after, after, limits)).toBeUndefined()
  })
})
