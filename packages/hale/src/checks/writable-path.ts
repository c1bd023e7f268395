import { randomUUID } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { defineCheck, type CheckContext, type LocalCheck } from '../core/check.ts'
import { formatDuration } from '../core/duration.ts'
import { unhealthy, type Result } from '../core/result.ts'
import { isFilled, required, type Rules } from '../core/rules.ts'
import { inTime, oneAtATime } from './support/in-time.ts'
import { refuseMisuse } from './support/misuse.ts'
import { shortened } from './support/peer.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'

export interface WritablePathOptions extends TimeLimits {
  /** The folder. */
  readonly path: string
}

/** One block of most file systems: less could be kept beside the file's name and need no room. */
const BYTES = Buffer.alloc(4_096, 'hale')

const RULES: Rules<WritablePathOptions> = {
  path: required("a folder such as '/var/data'", isFilled),
  ...TIME_LIMITS,
}

/**
 * Whether files can be made in a folder: writes one of 4 KiB, has it written to the device, reads it back and removes
 * it. Finds what free space does not show: a file system that turned read-only, missing rights, a used-up quota, a
 * network drive that hangs. Costs five calls of the file system per run, so it is asked every 30 s unless told
 * otherwise.
 *
 * Observed: ms that they took together.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function writablePath(options: WritablePathOptions): LocalCheck {
  refuseMisuse('writable-path', options, RULES)
  const { path } = options
  const attempt = oneAtATime(() => writeAndRead(path))
  return defineCheck({
    kind: 'writable-path',
    scope: 'local',
    defaults: { every: '30s' },
    run: (context) => run(context, options, attempt),
  })
}

function run(
  context: CheckContext,
  options: WritablePathOptions,
  attempt: (context: CheckContext) => Promise<boolean>,
): Promise<Result> {
  const { path } = options
  const { clock, timeoutMs } = context
  const startedAt = clock.now()
  const answer = attempt(context).then(
    (same) =>
      same
        ? judgeTime(clock.now() - startedAt, options, `Writing to ${shortened(path)}`)
        : unhealthy('NOT_WRITABLE', `What was written to ${shortened(path)} reads back differently. Check the device.`),
    (error: unknown) => refused(path, error),
  )
  return inTime(context, answer, () =>
    unhealthy(
      'TIMEOUT',
      `Writing to ${shortened(path)} took longer than ${formatDuration(timeoutMs)}. See whether it is a network drive that hangs.`,
    ),
  )
}

/** True when what was written is what is read. */
async function writeAndRead(path: string): Promise<boolean> {
  const file = join(path, `.hale-${randomUUID()}`)
  const handle = await open(file, 'wx+', 0o600)
  try {
    await handle.write(BYTES, 0, BYTES.length, 0)
    await handle.sync()
    const { buffer } = await handle.read(Buffer.alloc(BYTES.length), 0, BYTES.length, 0)
    return buffer.equals(BYTES)
  } finally {
    try {
      await handle.close()
    } finally {
      await rm(file, { force: true }) // also when closing fails, as on a network drive that writes late
    }
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'Give the user of this process the right to write there.',
  EPERM: 'Give the user of this process the right to write there.',
  EROFS: 'The file system is read-only: look for errors of the device in the kernel log.',
  ENOSPC: 'There is no room left: remove files, or make the disk larger.',
  EDQUOT: 'The quota is used up: remove files, or raise it.',
  ENOENT: 'The folder is not there: see whether it is mounted.',
  ENOTDIR: 'It is a file and not a folder.',
  EMFILE: 'This process has too many files open.',
}

function refused(path: string, error: unknown): Result {
  const code = String((error as { readonly code?: unknown } | null)?.code ?? error)
  return unhealthy(
    'NOT_WRITABLE',
    `Nothing can be written to ${shortened(path)} (${code}). ${ADVICE[code] ?? 'Check the device.'}`,
  )
}
