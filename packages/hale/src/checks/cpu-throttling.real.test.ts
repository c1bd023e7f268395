import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { askOnce } from '../../../../test/harness/ask.ts'
import { cpuThrottling } from './cpu-throttling.ts'

/** A control group with a tenth of a processor, of version 1 or 2, whichever this machine has; none where the kernel lets nobody make one. */
function makeGroup(): string | undefined {
  const [v1, v2] = ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup']
  const isV1 = existsSync(join(v1, 'cpu.cfs_quota_us')) || existsSync(join(v1, 'cgroup.procs'))
  const group = join(isV1 ? v1 : v2, `hale-test-${process.pid}`)
  try {
    if (!isV1) writeFileSync(join(v2, 'cgroup.subtree_control'), '+cpu')
    mkdirSync(group)
    if (isV1) {
      writeFileSync(join(group, 'cpu.cfs_period_us'), '100000')
      writeFileSync(join(group, 'cpu.cfs_quota_us'), '10000')
    } else {
      writeFileSync(join(group, 'cpu.max'), '10000 100000')
    }
    return group
  } catch {
    return undefined
  }
}

const here = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href)

/** What a process sees of itself before it joins a group and after it has worked in it. */
async function workIn(group: string): Promise<unknown> {
  const script = `
    import { writeFileSync } from 'node:fs'
    import { cpu } from ${here('./cpu.ts')}
    import { cpuThrottling } from ${here('./cpu-throttling.ts')}
    const checks = [cpuThrottling(), cpu()]
    const unbound = await checks[0].run({})
    writeFileSync(${JSON.stringify(join(group, 'cgroup.procs'))}, String(process.pid))
    for (const check of checks) await check.run({})
    const until = performance.now() + 1_500
    while (performance.now() < until);
    const [throttling, use] = [await checks[0].run({}), await checks[1].run({})]
    console.log(JSON.stringify({ unbound, throttling, use }))`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
  rmdirSync(group)
  return JSON.parse(output)
}

const group = makeGroup()

const [look, expected] =
  group === undefined
    ? // Inside a container that may not make groups: what is left to see is that the check works without one.
      [() => askOnce(cpuThrottling()), { status: 'healthy' }]
    : [
        () => workIn(group),
        {
          unbound: { status: 'healthy' },
          throttling: {
            status: 'degraded',
            code: 'THRESHOLD_EXCEEDED',
            observed: { unit: '%' },
            message: expect.stringMatching(/hale-test-\d+ was held up in \d+ of \d+ periods/),
          },
          // Of the tenth that it may use, and not of this machine.
          use: { data: { processors: 0.1, measuredAgainst: expect.stringContaining('hale-test-') } },
        },
      ]

it('sees the real kernel hold a process up that works in a group with a tenth of a processor, where it may make one', async () => {
  expect(await look()).toMatchObject(expected)
})
