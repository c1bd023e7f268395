import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { askOnce } from '../../../../test/harness/ask.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { disk, judge } from './disk.ts'

const GB = 1e9
const inodes = { softInodes: 0.1, hardInodes: 0.05 }
const limits = { degraded: { share: 0.1 }, unhealthy: { share: 0.05 }, ...inodes }
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
      healthy: () => disk({ path: tmpdir(), degraded: '1KB', unhealthy: '1KB' }),
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
      code: 'NOT_FOUND',
      message: `The file system at ${path} cannot be read (ENOENT). See whether the path exists and is mounted.`,
    })
    const long = `/${'x'.repeat(300)}`
    expect(await askOnce(disk({ path: long }))).toMatchObject({ status: 'unhealthy', code: 'CHECK_THREW' })
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
    const inBytes = { degraded: { bytes: 20 * GB }, unhealthy: { bytes: 5 * GB }, ...inodes }
    expect(judge('/', inBytes, figures(19))).toMatchObject({
      status: 'degraded',
      code: 'THRESHOLD_EXCEEDED',
      message: 'Only 19 GB of 100 GB free (19 %) at /, limit 20 GB. Free space, or make the disk larger.',
    })
  })

  it('does not count what only root may use', () => {
    expect(judge('/', limits, figures(10, { bavail: 5e6 })).observed).toEqual({ value: 5.3, unit: '%' })
  })

  it.each([
    [110, 'healthy', undefined, 50],
    [90, 'degraded', 'INODES_LOW', 9],
    [20, 'unhealthy', 'INODES_LOW', 2],
  ])('reads %i free inodes of 1000 as %s', (ffree, status, code, value) => {
    const result = judge('/', limits, figures(50, { ffree }))
    expect([result.status, result.code, result.observed]).toEqual([status, code, { value, unit: '%' }])
    expect(result.data).toMatchObject({ freeInodes: ffree, totalInodes: 1_000 })
  })

  it('says nothing of inodes where the file system does not count them', () => {
    const { data, status } = judge('/', limits, figures(50, { files: 0, ffree: 0 }))
    expect(status).toBe('healthy')
    expect(Object.keys(data ?? {})).toEqual(['freeBytes', 'totalBytes'])
  })

  it('takes limits of the inodes of their own, and those of the space in their place', async () => {
    const most = { path: '/', degraded: '1KB', unhealthy: '1KB' }
    expect(await askOnce(disk({ ...most, inodesDegraded: '100%' }))).toMatchObject({ code: 'INODES_LOW' })
    expect(await askOnce(disk({ ...most, degraded: '0%', unhealthy: '0%' }))).toMatchObject({ status: 'healthy' })
    expect(() => disk({ inodesDegraded: '10', inodesUnhealthy: 5 as never })).toThrow(
      /inodesDegraded: "10" is not a share such as '80%'\n.*inodesUnhealthy: 5 is not/,
    )
  })

  it('refuses limits that are crossed: less would be left when it is degraded than when it is unhealthy', () => {
    expect(() => disk({ degraded: '2%', inodesUnhealthy: '20%' })).toThrow(
      /inodesDegraded: 2% must not be below inodesUnhealthy, 20%\n.*degraded: 2% must not be below unhealthy, 5%/,
    )
    expect(() => disk({ degraded: '1GB', unhealthy: '2GB' })).toThrow(/degraded: 1GB must not be below unhealthy, 2GB/)
    expect(() => disk({ unhealthy: '15%' })).toThrow(/degraded: 10% must not be below unhealthy, 15%$/)
    expect(disk({ degraded: '1GB', unhealthy: '20%' })).toMatchObject({ kind: 'disk' })
  })

  it('refuses limits that are none, all at once', () => {
    expect(() => disk({ degraded: '20', unhealthy: 'much', path: '' })).toThrow(HealthSetupError)
    expect(() => disk({ degraded: '20', unhealthy: 'much' })).toThrow(
      /degraded: "20" is not a share.*\n.*unhealthy: "much"/,
    )
  })
})
