import { defineCheck, type LocalCheck } from '../core/check.ts'
import { degraded, healthy, unhealthy, type Result } from '../core/result.ts'
import { formatBytes, parseAmount, round, toBytes, type Amount, type ReadAmount } from './support/amount.ts'
import { measureMemory, type MemoryUse } from './support/memory-use.ts'
import { refuseMisuse } from './support/misuse.ts'

export interface MemoryOptions {
  /** Degraded when more than this is used: a share of the limit (`85%`) or bytes (`400MiB`). Default `85%`. */
  readonly degraded?: Amount
  /** Unhealthy when more than this is used. Default `95%`. */
  readonly unhealthy?: Amount
}

/**
 * Memory in use against the limit at which the kernel would kill: that of the container (control groups version 2 and 1)
 * where there is one, else the machine's. Costs a few small reads under `/proc` and `/sys` per run.
 *
 * Observed: used share of that limit in %.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function memory(options: MemoryOptions = {}): LocalCheck {
  const { degraded = '85%', unhealthy = '95%' } = options
  const [soft, hard] = [parseAmount(degraded), parseAmount(unhealthy)]
  refuseMisuse('memory', {
    degraded: soft === undefined && `${JSON.stringify(degraded)} is not a share such as '85%' or bytes such as '1GB'`,
    unhealthy: hard === undefined && `${JSON.stringify(unhealthy)} is not a share such as '95%' or bytes such as '2GB'`,
  })
  const limits = { soft: soft as ReadAmount, hard: hard as ReadAmount }
  return defineCheck({ kind: 'memory', scope: 'local', run: async () => judgeMemory(await measureMemory(), limits) })
}

/** Judges memory in use: pure. */
export function judgeMemory(use: MemoryUse, limits: { readonly soft: ReadAmount; readonly hard: ReadAmount }): Result {
  const { used, limit, source } = use
  const percent = round((used / limit) * 100)
  const details = {
    observed: { value: percent, unit: '%' },
    data: { usedBytes: used, limitBytes: limit, measuredAgainst: source },
  }
  const figures = `${formatBytes(used)} of ${formatBytes(limit)} used (${percent} %), measured against ${source}`
  for (const [judgement, at] of [
    [unhealthy, limits.hard],
    [degraded, limits.soft],
  ] as const) {
    if (used <= toBytes(at, limit)) continue
    const allowed = 'share' in at ? `${round(at.share * 100)} %` : formatBytes(at.bytes)
    return judgement(
      'THRESHOLD_EXCEEDED',
      `${figures}; allowed ${allowed}. Look for a leak, or raise the limit.`,
      details,
    )
  }
  return healthy(`${figures}.`, details)
}
