/** The shard of a new target: FNV-1a of its id, so that targets spread evenly. A renamed one stays where it is. */
export function shardOf(targetId: string, shards: number): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(targetId)) hash = Math.imul(hash ^ byte, 0x01000193)
  return (hash >>> 0) % shards
}
