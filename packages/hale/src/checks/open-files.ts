import { readdir } from 'node:fs/promises'
import { defineCheck, type LocalCheck } from '../core/check.ts'
import { unknown, type Result } from '../core/result.ts'
import type { Rules } from '../core/rules.ts'
import { round } from './support/amount.ts'
import { readText } from './support/control-groups.ts'
import { limitRules, SHARE } from './support/limit-rules.ts'
import { judgeLevel, readShares, type Limits, type Share } from './support/limits.ts'
import { refuseMisuse } from './support/misuse.ts'

export interface OpenFilesOptions {
  /** Degraded when more than this share of the limit is open. Default `80%`. */
  readonly degraded?: Share
  /** Unhealthy when more than this is open. Default `95%`. */
  readonly unhealthy?: Share
}

const DEFAULTS = { degraded: '80%', unhealthy: '95%' }

const RULES: Rules<OpenFilesOptions> = limitRules('degraded', 'unhealthy', SHARE, DEFAULTS)

/**
 * Files, sockets and pipes that this process has open, against its limit (`ulimit -n`): at the limit it can accept no
 * connection and open no file. Linux only, elsewhere it is `unknown`. Costs one look into `/proc/self/fd` per run, about
 * 1 ms for 1,000 of them.
 *
 * Observed: share of the limit in %.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function openFiles(options: OpenFilesOptions = {}): LocalCheck {
  refuseMisuse('open-files', options, RULES)
  const limits = readShares(options, DEFAULTS)
  // Read once: when it is needed most, there may be no file left to read it with.
  let limit: number | undefined
  return defineCheck({
    kind: 'open-files',
    scope: 'local',
    async run() {
      const open = await countOpen()
      limit ??= await readLimit()
      if (open === undefined || limit === undefined) {
        return unknown('NOT_AVAILABLE', 'How many files are open cannot be told here: there is no /proc/self/fd.')
      }
      return judgeOpenFiles(open, limit, limits)
    },
  })
}

async function readLimit(): Promise<number | undefined> {
  const limit = Number(/^Max open files\s+(\d+)/m.exec((await readText('/', 'proc/self/limits')) ?? '')?.[1])
  return limit > 0 ? limit : undefined
}

async function countOpen(): Promise<number | undefined> {
  try {
    // One of them is the folder itself, while it is read.
    return (await readdir('/proc/self/fd')).length - 1
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // There is none left to look with.
    return code === 'EMFILE' ? Infinity : undefined
  }
}

/** Judges how many are open: pure. Infinity: all that are allowed. */
export function judgeOpenFiles(open: number, limit: number, limits: Limits): Result {
  const count = Math.min(open, limit)
  const percent = (count / limit) * 100
  return judgeLevel(
    {
      value: percent,
      unit: '%',
      figures: `${count} of ${limit} files and sockets are open (${round(percent)} %)`,
      advice: 'Look for what is not closed (ls -l /proc/PID/fd), or raise ulimit -n.',
      data: { open: count, limit },
    },
    limits,
  )
}
