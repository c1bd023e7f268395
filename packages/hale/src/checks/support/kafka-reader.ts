/** What is asked of Kafka, whichever client asks it. */
export interface KafkaReader {
  /** The first question, by the client's own name for it. */
  readonly question: string
  /** How many brokers the cluster has: the answer to that question. */
  brokers(): Promise<number>
  partitions(topics: readonly string[]): Promise<readonly KafkaPartition[]>
  /** The partitions of these topics, with what the group has committed. */
  positions(group: string, topics: readonly string[]): Promise<readonly KafkaPosition[]>
  /** Whether the cluster knows the group: it has members, or has committed something that is kept still. */
  hasGroup(group: string): Promise<boolean>
}

export interface KafkaPartition {
  readonly topic: string
  readonly partition: number
  /** -1: none. */
  readonly leader: number
  readonly replicas: readonly number[]
  /** Those that are in sync. */
  readonly isr: readonly number[]
}

/** Offsets of one partition of a topic. */
export interface KafkaPosition {
  readonly topic: string
  /** Of the oldest message that is stored. */
  readonly low: number
  /** Of the next one that will be. */
  readonly high: number
  /** Up to which the group has read; -1: it has committed nothing. */
  readonly committed: number
}
