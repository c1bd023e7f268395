import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { askOnce } from '../../../../test/harness/ask.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { judgeOpenFiles, openFiles } from './open-files.ts'

const script = `
  import { openSync } from 'node:fs'
  import { openFiles } from ${JSON.stringify(new URL('./open-files.ts', import.meta.url).href)}
  const check = openFiles()
  const ask = async () => (await check.run({})).status
  const said = [await ask()]
  const fill = (share) => { while (openSync('/dev/null') < 200 * share); }
  fill(0.85)
  said.push(await ask())
  fill(0.97)
  said.push(await ask())
  try { for (;;) openSync('/dev/null') } catch {}
  said.push(await ask())
  console.log(said.join())`

describe('openFiles', () => {
  it.each(
    checkConformance({
      name: 'open-files',
      healthy: () => openFiles({ degraded: '100%', unhealthy: '100%' }),
      broken: () => openFiles({ degraded: '0%' }),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('is local, and counts those of this very process', async () => {
    expect(openFiles()).toMatchObject({ kind: 'open-files', scope: 'local' })
    const { data, observed } = await askOnce(openFiles())
    expect(Number(data?.['open'])).toBeGreaterThan(3)
    expect(Number(data?.['limit'])).toBeGreaterThan(Number(data?.['open']))
    expect(observed).toMatchObject({ unit: '%' })
  })

  it('sees a process run out of them, to the very last', () => {
    const limited = ['-c', 'ulimit -n 200; exec "$@"', 'sh', process.execPath]
    const { stderr, stdout } = spawnSync('sh', [...limited, '--input-type=module-typescript', '-e', script], {
      encoding: 'utf8',
    })
    expect([stdout.trim(), stderr]).toEqual(['healthy,degraded,unhealthy,unhealthy', ''])
  })

  it('says how many, of how many, and what to try', () => {
    const limits = { degraded: 80, unhealthy: 95 }
    expect(judgeOpenFiles(850, 1_000, limits)).toMatchObject({
      status: 'degraded',
      code: 'THRESHOLD_EXCEEDED',
      observed: { value: 85, unit: '%' },
      message:
        '850 of 1000 files and sockets are open (85 %), limit 80 %. Look for what is not closed (ls -l /proc/PID/fd), or raise ulimit -n.',
    })
    expect(judgeOpenFiles(Infinity, 1_000, limits)).toMatchObject({ status: 'unhealthy', data: { open: 1_000 } })
  })

  it('refuses limits that are none', () => {
    expect(() => openFiles({ degraded: '99%', unhealthy: '90%' })).toThrow('degraded: 99% must not be above')
  })
})
