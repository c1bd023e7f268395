import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeFolder } from '../../../../test/harness/folder.ts'
import { askOnce } from '../../../../test/harness/ask.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { judgeMemory, memory } from './memory.ts'
import { measureMemory } from './support/memory-use.ts'

const MEMINFO = 'MemTotal:       16000000 kB\nMemFree:         1000000 kB\nMemAvailable:    8000000 kB\n'
const MiB = 2 ** 20

const base = makeFolder('memory')
afterAll(() => rmSync(base, { recursive: true }))

/** A folder that looks like the root of a machine. */
function machine(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(base, 'root-'))
  for (const [path, text] of Object.entries({ 'proc/meminfo': MEMINFO, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

describe('memory', () => {
  it.each(
    checkConformance({
      name: 'memory',
      healthy: () => memory({ degraded: '100%', unhealthy: '100%' }),
      broken: () => memory({ degraded: '1MB', unhealthy: '1MB' }),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('is local, and measures this very process within the memory of this machine', async () => {
    expect(memory().scope).toBe('local')
    const { data, observed } = await askOnce(memory())
    expect(Number(data?.['usedBytes'])).toBeGreaterThan(10 * MiB)
    expect(Number(data?.['limitBytes'])).toBeLessThanOrEqual(totalmem() * 1.01)
    expect(observed).toMatchObject({ unit: '%' })
  })

  it.each([
    [80, 'healthy'],
    [85, 'healthy'],
    [85.1, 'degraded'],
    [95.1, 'unhealthy'],
  ])('reads %s %% used as %s, and says of which limit', (percent, status) => {
    const use = { used: percent, limit: 100, source: 'the limit of a test' }
    const result = judgeMemory(use, { degraded: { share: 0.85 }, unhealthy: { share: 0.95 } })
    expect(result).toMatchObject({ status, observed: { value: percent, unit: '%' } })
    expect(result.message).toContain('measured against the limit of a test')
  })

  it('refuses limits that are none', () => {
    expect(() => memory({ degraded: 'much' })).toThrow(HealthSetupError)
  })
})

describe('measureMemory', () => {
  it('reads the working set against the limit in control groups version 2', async () => {
    const root = machine({
      'proc/self/cgroup': '0::/kubepods/pod1/app\n',
      'sys/fs/cgroup/kubepods/pod1/app/memory.max': `${512 * MiB}\n`,
      'sys/fs/cgroup/kubepods/pod1/app/memory.current': `${400 * MiB}\n`,
      'sys/fs/cgroup/kubepods/pod1/app/memory.stat': `anon 5\ninactive_file ${100 * MiB}\nactive_file 7\n`,
    })
    const source = 'the limit of control group /kubepods/pod1/app (memory.max)'
    expect(await measureMemory(root)).toEqual({ used: 300 * MiB, limit: 512 * MiB, source })
  })

  it('takes the group nearest to its limit, be it an outer one', async () => {
    const root = machine({
      'proc/self/cgroup': '0::/pod/app\n',
      'sys/fs/cgroup/pod/app/memory.max': 'max\n',
      'sys/fs/cgroup/pod/app/memory.current': `${100 * MiB}\n`,
      'sys/fs/cgroup/pod/memory.max': `${1_000 * MiB}\n`,
      'sys/fs/cgroup/pod/memory.current': `${900 * MiB}\n`,
    })
    expect(await measureMemory(root)).toMatchObject({ used: 900 * MiB, limit: 1_000 * MiB })
  })

  it('finds the limit at the root that a container sees', async () => {
    const root = machine({
      'proc/self/cgroup': '0::/\n',
      'sys/fs/cgroup/memory.max': `${256 * MiB}\n`,
      'sys/fs/cgroup/memory.current': `${200 * MiB}\n`,
    })
    expect(await measureMemory(root)).toMatchObject({ used: 200 * MiB, limit: 256 * MiB })
  })

  it('reads control groups version 1, also where the group is not to be seen from inside', async () => {
    const root = machine({
      'proc/self/cgroup': '9:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': `${256 * MiB}\n`,
      'sys/fs/cgroup/memory/memory.usage_in_bytes': `${250 * MiB}\n`,
      'sys/fs/cgroup/memory/memory.stat': `cache 1\ntotal_inactive_file ${50 * MiB}\n`,
    })
    const source = 'the limit of control group / (memory.limit_in_bytes)'
    expect(await measureMemory(root)).toEqual({ used: 200 * MiB, limit: 256 * MiB, source })
  })

  it("falls back to the machine's memory without a limit", async () => {
    const expected = { used: 8_000_000 * 1_024, limit: 16_000_000 * 1_024, source: "the machine's memory" }
    expect(await measureMemory(machine({}))).toEqual(expected)
    const unlimited = machine({
      'proc/self/cgroup': '4:memory:/\n',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      'sys/fs/cgroup/memory/memory.usage_in_bytes': `${250 * MiB}\n`,
    })
    expect(await measureMemory(unlimited)).toEqual(expected)
    expect(await measureMemory('/nowhere')).toMatchObject({ limit: totalmem() })
  })
})
