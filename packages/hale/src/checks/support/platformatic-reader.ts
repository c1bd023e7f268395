import type { KafkaReader } from './kafka-reader.ts'

/** An `Admin` of `@platformatic/kafka`. */
export interface PlatformaticAdmin {
  metadata(options: { topics: string[]; forceUpdate: boolean; autocreateTopics: boolean }): Promise<{
    readonly brokers: { readonly size: number }
    readonly topics: ReadonlyMap<string, PlatformaticTopic>
  }>
  /** -1n for a timestamp: the offset of the next message; -2n: that of the oldest. */
  listOffsets(options: {
    topics: { name: string; partitions: { partitionIndex: number; timestamp: bigint }[] }[]
  }): Promise<readonly PlatformaticOffsets[]>
  listConsumerGroupOffsets(options: {
    groups: { groupId: string; topics: { name: string; partitionIndexes: number[] }[] }[]
  }): Promise<readonly { readonly topics: readonly PlatformaticCommitted[] }[]>
  listGroups(): Promise<ReadonlyMap<string, unknown>>
}

interface PlatformaticTopic {
  /** By their numbers. */
  readonly partitions: readonly {
    readonly leader: number
    readonly replicas: readonly number[]
    readonly isr: readonly number[]
  }[]
}

interface PlatformaticOffsets {
  readonly name: string
  readonly partitions: readonly { readonly partitionIndex: number; readonly offset: bigint }[]
}

interface PlatformaticCommitted {
  readonly name: string
  readonly partitions: readonly { readonly partitionIndex: number; readonly committedOffset: bigint }[]
}

export function platformaticReader(admin: PlatformaticAdmin): KafkaReader {
  // It would make a topic that is not there, and answers from what it was told before.
  const metadata = (topics: readonly string[]) =>
    admin.metadata({ topics: [...topics], forceUpdate: true, autocreateTopics: false })
  const numbersOf = async (topics: readonly string[]): Promise<ReadonlyMap<string, readonly number[]>> => {
    const found = await metadata(topics)
    return new Map([...found.topics].map(([name, { partitions }]) => [name, [...partitions.keys()]]))
  }
  return {
    question: 'metadata',
    async brokers() {
      return (await metadata([])).brokers.size
    },
    async partitions(topics) {
      const found = await metadata(topics)
      return [...found.topics].flatMap(([topic, { partitions }]) =>
        partitions.map(({ leader, replicas, isr }, partition) => ({ topic, partition, leader, replicas, isr })),
      )
    },
    async positions(group, topics) {
      const numbers = [...(await numbersOf(topics))]
      const asked = numbers.map(([name, partitions]) => ({ name, partitionIndexes: [...partitions] }))
      const [found] = await admin.listConsumerGroupOffsets({ groups: [{ groupId: group, topics: asked }] })
      const offsetsAt = async (timestamp: bigint) => {
        const topics = numbers.map(([name, partitions]) => ({
          name,
          partitions: partitions.map((partitionIndex) => ({ partitionIndex, timestamp })),
        }))
        return byPartition(await admin.listOffsets({ topics }), ({ offset }) => offset)
      }
      const committed = byPartition(found?.topics ?? [], ({ committedOffset }) => committedOffset)
      const highs = await offsetsAt(-1n)
      const lows = await offsetsAt(-2n)
      return [...highs].map(([key, { topic, offset }]) => ({
        topic,
        low: lows.get(key)?.offset ?? 0,
        high: offset,
        committed: committed.get(key)?.offset ?? -1,
      }))
    },
    async hasGroup(group) {
      return (await admin.listGroups()).has(group)
    },
  }
}

function byPartition<P extends { readonly partitionIndex: number }>(
  topics: readonly { readonly name: string; readonly partitions: readonly P[] }[],
  offsetOf: (partition: P) => bigint,
): ReadonlyMap<string, { readonly topic: string; readonly offset: number }> {
  return new Map(
    topics.flatMap(({ name, partitions }) =>
      partitions.map((each) => [`${name}/${each.partitionIndex}`, { topic: name, offset: Number(offsetOf(each)) }]),
    ),
  )
}
