import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { askOnce } from '../../../../test/harness/ask.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { disk, judge } from './disk.ts'

const GB = 1e9
const limits = { soft: { share: 0.1 }, hard: { share: 0.05 } }
const figures = (freeGB: number, more = {}) => ({
  bsize: 1_000,
  blocks: 100 * 1e6,
  bfree: freeGB * 1e6,
  bavail: freeGB * 1e6,
  files: 1_000,
  ffree: 900,
  ...more,
})

describe('disk', () => {
  it.each(
    checkConformance({
      name: 'disk',
      healthy: () => disk({ path: tmpdir(), degraded: 1, unhealthy: 1 }),
      broken: () => disk({ path: tmpdir(), degraded: '100%', unhealthy: '100%' }),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('is local, so that it may serve liveness', () => {
    expect(disk()).toMatchObject({ kind: 'disk', scope: 'local', defaults: { every: '30s' } })
  })

  it('says what the file system says', async () => {
    const { bavail, bsize } = await statfs(tmpdir())
    const { data } = await askOnce(disk({ path: tmpdir() }))
    expect(Math.abs(Number(data?.['freeBytes']) - bavail * bsize)).toBeLessThan(1e9)
  })

  it('says what to do when the path is not there', async () => {
    const path = join(tmpdir(), `hale-not-there-${process.pid}`)
    expect(await askOnce(disk({ path }))).toMatchObject({
      status: 'unhealthy',
      message: `The file system at ${path} cannot be read (ENOENT). See whether the path exists and is mounted.`,
    })
  })

  it.each([
    [50, 'healthy'],
    [10, 'healthy'],
    [9.9, 'degraded'],
    [5, 'degraded'],
    [4.9, 'unhealthy'],
    [0, 'unhealthy'],
  ])('reads %s GB free of 100 as %s', (free, status) => {
    expect(judge('/', limits, figures(free))).toMatchObject({ status, observed: { value: free, unit: '%' } })
  })

  it('takes limits in bytes', () => {
    const inBytes = { soft: { bytes: 20 * GB }, hard: { bytes: 5 * GB } }
    expect(judge('/', inBytes, figures(19))).toMatchObject({
      status: 'degraded',
      code: 'THRESHOLD_EXCEEDED',
      message: 'Only 19 GB of 100 GB free (19 %) at /, limit 20 GB. Free space, or make the disk larger.',
    })
  })

  it('does not count what only root may use', () => {
    expect(judge('/', limits, figures(10, { bavail: 5e6 })).observed).toEqual({ value: 5.3, unit: '%' })
  })

  it('sees a disk that has run out of inodes, and ignores file systems without them', () => {
    expect(judge('/', limits, figures(50, { ffree: 20 })).message).toContain('2 % of the inodes')
    expect(judge('/', limits, figures(50, { files: 0, ffree: 0 })).status).toBe('healthy')
  })

  it('refuses limits that are none, all at once', () => {
    expect(() => disk({ degraded: '20', unhealthy: 'much', path: '' })).toThrow(HealthSetupError)
    expect(() => disk({ degraded: '20', unhealthy: 'much' })).toThrow(
      /degraded: "20" is not a share.*\n.*unhealthy: "much"/,
    )
  })
})
