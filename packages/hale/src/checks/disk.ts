import { statfs } from 'node:fs/promises'
import { defineCheck, type LocalCheck } from '../core/check.ts'
import { degraded, healthy, unhealthy, type Result } from '../core/result.ts'
import { formatBytes, parseAmount, round, toBytes, type Amount, type ReadAmount } from './support/amount.ts'
import { refuseMisuse } from './support/misuse.ts'

export interface DiskOptions {
  /** Any path on the file system that is meant. Default `/`. */
  readonly path?: string
  /** Degraded when less than this is free: a share (`20%`) or bytes (`5GB`). Default `10%`. */
  readonly degraded?: Amount
  /** Unhealthy when less than this is free. Default `5%`. */
  readonly unhealthy?: Amount
}

/**
 * Free space of a file system, as an unprivileged process may use it (what `df` calls available), and free inodes where
 * the file system counts them: a disk without inodes is as full as one without bytes. Costs one `statfs` per run.
 *
 * Observed: free share in %.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function disk(options: DiskOptions = {}): LocalCheck {
  const { path = '/', degraded = '10%', unhealthy = '5%' } = options
  const [soft, hard] = [parseAmount(degraded), parseAmount(unhealthy)]
  refuseMisuse('disk', {
    path: path === '' && 'must not be empty',
    degraded: soft === undefined && `${JSON.stringify(degraded)} is not a share such as '20%' or bytes such as '5GB'`,
    unhealthy: hard === undefined && `${JSON.stringify(unhealthy)} is not a share such as '5%' or bytes such as '1GB'`,
  })
  const limits = { soft: soft as ReadAmount, hard: hard as ReadAmount }
  return defineCheck({
    kind: 'disk',
    scope: 'local',
    defaults: { every: '30s' },
    run: async () => {
      try {
        return judge(path, limits, await statfs(path))
      } catch (error) {
        return unreadable(path, error)
      }
    },
  })
}

interface Limits {
  readonly soft: ReadAmount
  readonly hard: ReadAmount
}

/** The figures of `statfs` that count. */
export interface FileSystemFigures {
  readonly bsize: number
  readonly blocks: number
  readonly bfree: number
  readonly bavail: number
  readonly files: number
  readonly ffree: number
}

/** Judges the figures of a file system: pure. */
export function judge(path: string, limits: Limits, figures: FileSystemFigures): Result {
  const { bsize, blocks, bfree, bavail, files, ffree } = figures
  const free = bavail * bsize
  const total = (blocks - bfree + bavail) * bsize // without the blocks that only root may use, as df has it
  const inodeShare = files > 0 ? ffree / files : 1
  const freeShare = total > 0 ? free / total : 0
  const details = {
    observed: { value: round(freeShare * 100), unit: '%' },
    data: { freeBytes: free, totalBytes: total, freeInodesPercent: round(inodeShare * 100) },
  }
  const space = `${formatBytes(free)} of ${formatBytes(total)} free (${round(freeShare * 100)} %) at ${path}`
  for (const [judgement, limit] of [
    [unhealthy, limits.hard],
    [degraded, limits.soft],
  ] as const) {
    if (free < toBytes(limit, total)) {
      return judgement(
        'THRESHOLD_EXCEEDED',
        `Only ${space}, limit ${write(limit)}. Free space, or make the disk larger.`,
        details,
      )
    }
    if ('share' in limit && inodeShare < limit.share) {
      const message = `Only ${round(inodeShare * 100)} % of the inodes are free at ${path}, limit ${write(limit)}. Remove small files.`
      return judgement('THRESHOLD_EXCEEDED', message, details)
    }
  }
  return healthy(`${space}.`, details)
}

function write(limit: ReadAmount): string {
  return 'share' in limit ? `${round(limit.share * 100)} %` : formatBytes(limit.bytes)
}

function unreadable(path: string, error: unknown): Result {
  const code = String((error as { code?: unknown } | null)?.code ?? error)
  return unhealthy(
    'CHECK_THREW',
    `The file system at ${path} cannot be read (${code}). See whether the path exists and is mounted.`,
  )
}
