import { formatDuration } from './duration.ts'
import { unhealthy, type Result } from './result.ts'
import type { TimeoutInfo } from './runner.ts'

/** What is believed of a check that does not answer in time. */
export function timeoutResult({ hangingMs, timeoutMs }: TimeoutInfo): Result {
  const limit = formatDuration(timeoutMs)
  return unhealthy(
    'TIMEOUT',
    hangingMs > timeoutMs
      ? `A run started ${formatDuration(hangingMs)} ago still hangs (limit ${limit}); no other is started beside it.`
      : `No answer within ${limit}.`,
  )
}
