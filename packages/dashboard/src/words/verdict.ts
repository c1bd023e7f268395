import type { ApiStatus, TargetSummary } from '@hale/contract'
import { span } from './duration.ts'
import { newestBurstFirst } from './bursts.ts'
import { plural } from './figures.ts'
import { isPending, needsAttention, STATUSES, worstOf } from './status.ts'
import type { Times } from './time.ts'

/** The whole in words, in two weights: what, then which and why. */
export interface Verdict {
  readonly status: ApiStatus
  /** `2 of 14 unhealthy`, `All 14 healthy`. */
  readonly headline: string
  /** `payments since 14:02, because postgres-main refused the connection`. */
  readonly detail: string
}

/**
 * Says how everything is. Made here and not taken from the server's `sentence`, because times belong in the viewer's zone;
 * the cause is the server's, which knows what failed first.
 */
export function verdict(targets: readonly TargetSummary[], now: number, times: Times): Verdict {
  const total = targets.length
  if (total === 0) return { status: 'unknown', headline: 'Nothing is watched yet', detail: '' }
  const troubled = targets.filter(needsAttention)
  if (troubled.length === 0) return calm(targets, now)
  const worst = worstOf(troubled)
  const bad = troubled.filter((target) => target.status === worst)
  const first = newestBurstFirst(bad)[0]
  const others = STATUSES.filter((status) => status !== worst)
    .map((status) => [status, troubled.filter((target) => target.status === status).length] as const)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count} ${status}`)
  const cause = first === undefined ? '' : story(first, now, times)
  const and = cause.includes('. ') ? '. And' : ', and'
  const more = bad.length > 1 ? `${and} ${bad.length - 1} more` : ''
  return {
    status: worst,
    headline: [`${bad.length} of ${total} ${worst}`, ...others].join(', '),
    detail: `${cause}${more}`,
  }
}

/** Why a target is what it is, as a clause to follow "because"; undefined when nothing was said. */
export function because(target: Pick<TargetSummary, 'sentence' | 'message' | 'code'>): string | undefined {
  const marker = 'because '
  const from = target.sentence.indexOf(marker)
  const words = from >= 0 ? target.sentence.slice(from + marker.length) : (target.message ?? target.code ?? undefined)
  return words?.replace(/\.$/, '')
}

/** Why a target is what it is, standing alone: what needs attention by its cause, else by the gate that decided (M5). */
export function reasonAlone(target: Pick<TargetSummary, 'sentence' | 'message' | 'code' | 'reason'>): string {
  return (because(target) ?? target.reason).replace(/^it /, 'It ')
}

function story(target: TargetSummary, now: number, times: Times): string {
  const cause = because(target)
  const since = `${target.name} since ${times.at(target.since, now)}`
  return cause === undefined ? since : `${since}, because ${cause}`
}

function calm(targets: readonly TargetSummary[], now: number): Verdict {
  const total = targets.length
  const healthy = targets.filter(({ status }) => status === 'healthy').length
  const waiting = targets.filter(isPending).length
  if (waiting === total) {
    return { status: 'unknown', headline: `Waiting for the first answer of ${plural(total, 'target')}`, detail: '' }
  }
  const paused = targets.filter(({ status }) => status === 'maintenance').length
  const skipped = total - healthy - waiting - paused
  const lastChange = targets.reduce((latest, { since }) => Math.max(latest, since), 0)
  const sentences = [
    waiting === 0 ? '' : `${waiting} not asked yet.`,
    paused === 0 || paused === total ? '' : `${paused} in maintenance.`,
    skipped === 0 ? '' : `${skipped} skipped.`,
    waiting === 0 ? `Nothing has changed for ${span(now - lastChange)}.` : '',
  ]
  return {
    status: healthy === 0 ? worstOf(targets) : 'healthy',
    headline:
      healthy === total
        ? `All ${total} healthy`
        : paused === total
          ? `All ${total} in maintenance`
          : `${healthy} of ${total} healthy`,
    detail: sentences.filter(Boolean).join(' '),
  }
}
