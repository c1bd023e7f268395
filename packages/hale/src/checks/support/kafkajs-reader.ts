import type { KafkaPosition, KafkaReader } from './kafka-reader.ts'

/** An admin client of `kafkajs`, `kafka.admin()`, that is connected. */
export interface KafkajsAdmin {
  describeCluster(): Promise<{ readonly brokers: readonly { readonly nodeId: number }[] }>
  fetchTopicMetadata(options: { topics: string[] }): Promise<{ readonly topics: readonly KafkajsTopic[] }>
  /** The offsets of the oldest message and of the next one, by partition. */
  fetchTopicOffsets(
    topic: string,
  ): Promise<readonly { readonly partition: number; readonly low: string; readonly high: string }[]>
  /** The offsets that a group has committed, by topic and partition; -1 where it has none. */
  fetchOffsets(options: { groupId: string; topics: string[] }): Promise<readonly KafkajsCommitted[]>
  listGroups(): Promise<{ readonly groups: readonly { readonly groupId: string }[] }>
}

interface KafkajsTopic {
  readonly name: string
  readonly partitions: readonly {
    readonly partitionId: number
    readonly leader: number
    readonly replicas: readonly number[]
    readonly isr: readonly number[]
  }[]
}

interface KafkajsCommitted {
  readonly topic: string
  readonly partitions: readonly { readonly partition: number; readonly offset: string }[]
}

export function kafkajsReader(admin: KafkajsAdmin): KafkaReader {
  return {
    question: 'describeCluster',
    async brokers() {
      return (await admin.describeCluster()).brokers.length
    },
    async partitions(topics) {
      const found = await admin.fetchTopicMetadata({ topics: [...topics] })
      return found.topics.flatMap(({ name, partitions }) =>
        partitions.map(({ partitionId, leader, replicas, isr }) => ({
          topic: name,
          partition: partitionId,
          leader,
          replicas,
          isr,
        })),
      )
    },
    async positions(group, topics) {
      // What is committed first: what is written meanwhile is behind, and what is read meanwhile is not.
      const committed = await admin.fetchOffsets({ groupId: group, topics: [...topics] })
      const positions: KafkaPosition[] = []
      for (const topic of topics) {
        const ofTopic = committed.find((each) => each.topic === topic)?.partitions ?? []
        const offsets = new Map(ofTopic.map(({ partition, offset }) => [partition, Number(offset)]))
        for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
          positions.push({ topic, low: Number(low), high: Number(high), committed: offsets.get(partition) ?? -1 })
        }
      }
      return positions
    },
    async hasGroup(group) {
      return (await admin.listGroups()).groups.some(({ groupId }) => groupId === group)
    },
  }
}
