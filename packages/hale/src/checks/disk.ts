import { statfs } from 'node:fs/promises'
import { defineCheck, type LocalCheck } from '../core/check.ts'
import { formatBytes } from '../core/figures.ts'
import { degraded, healthy, unhealthy, type Result } from '../core/result.ts'
import { filledRule, type Rules } from '../core/rules.ts'
import { round, toBytes, type Amount, type ReadAmount } from './support/amount.ts'
import { AMOUNT, crossed, limitRule, SHARE } from './support/limit-rules.ts'
import { readAmounts, shareOf, type Limits, type Share } from './support/limits.ts'
import { refuseMisuse } from './support/misuse.ts'
import { shortened } from './support/peer.ts'

export interface DiskOptions {
  /** Any path on the file system that is meant. Default `/`. */
  readonly path?: string
  /** Degraded when less than this is free: a share (`20%`) or bytes (`5GB`, `512MiB`, a number from 1024 on). Default `10%`. */
  readonly degraded?: Amount
  /** Unhealthy when less than this is free. Default `5%`. */
  readonly unhealthy?: Amount
  /**
   * Degraded, `INODES_LOW`, when less than this share of the inodes is free. Default: `degraded` if it is a share,
   * else `10%`.
   */
  readonly inodesDegraded?: Share
  /**
   * Unhealthy, `INODES_LOW`, when less than this share of them is free. Default: `unhealthy` if it is a share, else
   * `5%`.
   */
  readonly inodesUnhealthy?: Share
}

const DEFAULTS = { degraded: '10%', unhealthy: '5%' }

// Better the more there is of it, so that the first limit is the larger.
const RULES: Rules<DiskOptions> = {
  inodesDegraded(value, options) {
    const { degraded: soft, inodesUnhealthy, unhealthy: hard } = options
    const limits = [
      value ?? shareAmong(soft, DEFAULTS.degraded),
      inodesUnhealthy ?? shareAmong(hard, DEFAULTS.unhealthy),
    ] as const
    const isMeant = value !== undefined || inodesUnhealthy !== undefined
    return limitRule(SHARE)(value, options) || (isMeant && crossed(SHARE, limits, 'inodesUnhealthy', 'larger'))
  },
  inodesUnhealthy: limitRule(SHARE),
  path: filledRule,
  degraded(value, options) {
    const limits = [value ?? DEFAULTS.degraded, options['unhealthy'] ?? DEFAULTS.unhealthy] as const
    return limitRule(AMOUNT)(value, options) || crossed(AMOUNT, limits, 'unhealthy', 'larger')
  },
  unhealthy: limitRule(AMOUNT),
}

/**
 * Free space of a file system, as an unprivileged process may use it (what `df` calls available), and free inodes. A
 * disk without inodes is as full as one without bytes; ext4, XFS and tmpfs count them, Btrfs and ZFS do not. Costs one
 * `statfs` per run.
 *
 * Observed: free share in %; that of the inodes when these are what is low. Data: free and total bytes, free and total inodes.
 *
 * Codes: `NOT_FOUND` when there is no such path; `CHECK_THREW` when it cannot be read.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function disk(options: DiskOptions = {}): LocalCheck {
  refuseMisuse('disk', options, RULES)
  const { path = '/', inodesDegraded, inodesUnhealthy } = options
  const allLimits: DiskLimits = {
    ...readAmounts(options, DEFAULTS),
    softInodes: shareOf(inodesDegraded ?? shareAmong(options.degraded, DEFAULTS.degraded)) ?? 0,
    hardInodes: shareOf(inodesUnhealthy ?? shareAmong(options.unhealthy, DEFAULTS.unhealthy)) ?? 0,
  }
  return defineCheck({
    kind: 'disk',
    scope: 'local',
    defaults: { every: '30s' },
    run: async () => {
      try {
        return judge(path, allLimits, await statfs(path))
      } catch (error) {
        return unreadable(path, error)
      }
    },
  })
}

/** The limit of the inodes where none is given: that of the bytes if it is a share. */
function shareAmong(amount: unknown, instead: string): unknown {
  return shareOf(amount) === undefined ? instead : amount
}

interface DiskLimits extends Limits<ReadAmount> {
  /** Shares of the inodes, from 0 to 1. */
  readonly softInodes: number
  readonly hardInodes: number
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
export function judge(path: string, limits: DiskLimits, figures: FileSystemFigures): Result {
  const { bsize, blocks, bfree, bavail, files, ffree } = figures
  const free = bavail * bsize
  const total = (blocks - bfree + bavail) * bsize // without the blocks that only root may use, as df has it
  const inodeShare = files > 0 ? ffree / files : undefined
  const freeShare = total > 0 ? free / total : 0
  const data = {
    freeBytes: free,
    totalBytes: total,
    ...(inodeShare === undefined
      ? {}
      : { freeInodes: ffree, totalInodes: files, freeInodesPercent: round(inodeShare * 100) }),
  }
  const details = { observed: { value: round(freeShare * 100), unit: '%' }, data }
  const space = `${formatBytes(free)} of ${formatBytes(total)} free (${round(freeShare * 100)} %) at ${shortened(path)}`
  for (const [judgement, limit, inodeLimit] of [
    [unhealthy, limits.unhealthy, limits.hardInodes],
    [degraded, limits.degraded, limits.softInodes],
  ] as const) {
    if (limit !== undefined && free < toBytes(limit, total)) {
      return judgement(
        'THRESHOLD_EXCEEDED',
        `Only ${space}, limit ${write(limit)}. Free space, or make the disk larger.`,
        details,
      )
    }
    if (inodeShare !== undefined && inodeShare < inodeLimit) {
      const share = round(inodeShare * 100)
      const message = `Only ${ffree} of ${files} inodes free (${share} %) at ${shortened(path)}, limit ${round(inodeLimit * 100)} %. Remove small files: nothing new can be made without inodes, whatever space is left.`
      return judgement('INODES_LOW', message, { observed: { value: share, unit: '%' }, data })
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
    code === 'ENOENT' ? 'NOT_FOUND' : 'CHECK_THREW',
    `The file system at ${shortened(path)} cannot be read (${code}). See whether the path exists and is mounted.`,
  )
}
