import type { Impact } from './policy.ts'
import { isJudged, milder, worse, type Status } from './status.ts'

/** What the aggregate needs of each part. */
export interface Part {
  readonly status: Status
  readonly impact: Impact
}

/**
 * One status for a set of parts: the worst of what each part may do to the whole.
 *
 * An `informs` part never counts, a `degrades` part counts as degraded at worst (E17). Parts in maintenance or skipped
 * are not judged; when all that could count are in maintenance, so is the whole. An empty set is healthy (E7).
 */
export function aggregate(parts: Iterable<Part>): Status {
  let judged: Status | undefined
  let maintenance = false
  for (const { status, impact } of parts) {
    if (impact === 'informs') continue
    if (!isJudged(status)) {
      maintenance ||= status === 'maintenance'
      continue
    }
    const contribution = impact === 'degrades' ? milder<Status>(status, 'degraded') : status
    judged = judged === undefined ? contribution : worse(judged, contribution)
  }
  return judged ?? (maintenance ? 'maintenance' : 'healthy')
}
