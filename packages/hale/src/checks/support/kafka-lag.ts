import { degraded, healthy, type Result } from '../../core/result.ts'
import { howMany } from './how-many.ts'
import type { KafkaPosition, KafkaReader } from './kafka-reader.ts'
import type { Limits } from './limits.ts'
import { judgeCount } from './queue-limits.ts'
import { worstOf } from './worst-of.ts'

interface Judged extends Limits {
  readonly group: string
  readonly topics: readonly string[]
  readonly offsetReset: 'earliest' | 'latest'
  /** How messages call the cluster. */
  readonly place: string
}

/** How far a group is behind. Observed: messages. */
export async function judgeLag(reader: KafkaReader, judged: Judged): Promise<Result> {
  const { group, topics, offsetReset, place, ...limits } = judged
  const positions = await reader.positions(group, topics)
  const lagByTopic = Object.fromEntries(
    topics.map((topic) => [
      topic,
      lagOf(
        positions.filter((each) => each.topic === topic),
        offsetReset,
      ),
    ]),
  )
  const lag = Object.values(lagByTopic).reduce((sum, each) => sum + each, 0)
  const unit = 'messages'
  const verb = [`of ${topics.join(', ')} is`, `of ${topics.join(', ')} are`] as const
  const where = `still to be read by ${group} at ${place}`
  return worstOf(
    healthy(`${howMany(lag, unit, verb)} ${where}.`, { observed: { value: lag, unit }, data: { lag: lagByTopic } }),
    judgeCount({
      ...limits,
      count: lag,
      unit,
      code: 'CONSUMER_LAG',
      verb,
      where,
      tryThis: 'See whether its consumers run and get through, or start more.',
    }),
    offsetReset === 'latest' ? await judgeGroup(reader, judged, positions) : undefined,
  )
}

function lagOf(positions: readonly KafkaPosition[], offsetReset: Judged['offsetReset']): number {
  return positions.reduce((lag, { low, high, committed }) => {
    if (committed < 0) return offsetReset === 'latest' ? lag : lag + high - low
    return lag + Math.max(0, high - Math.max(low, committed)) // what is deleted is read no more
  }, 0)
}

/**
 * Of a group that has committed nothing nothing is known: its consumers may wait for the first message, or be gone for so long
 * that what they had committed has expired (`offsets.retention.minutes`), and with it the group.
 */
async function judgeGroup(
  reader: KafkaReader,
  { group, topics, place }: Judged,
  positions: readonly KafkaPosition[],
): Promise<Result | undefined> {
  if (positions.some(({ committed }) => committed >= 0)) return undefined
  const stored = positions.reduce((sum, { low, high }) => sum + high - low, 0)
  if (stored === 0 || (await reader.hasGroup(group))) return undefined
  const message = `${place} knows no group ${group} (any more), while ${howMany(stored, 'messages', ['is', 'are'])} stored in ${topics.join(', ')}. See whether its consumers run.`
  return degraded('NOT_FOUND', message, { observed: { value: stored, unit: 'messages' } })
}
