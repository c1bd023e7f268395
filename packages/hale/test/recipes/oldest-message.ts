import { defineCheck, degraded, healthy, unhealthy, type DependencyCheck } from 'hale'

/** How old the oldest message of a classic queue is, whose publishers give each message its `timestamp`. */
export function oldestMessage(management: string, queue: string, limitMs: number): DependencyCheck {
  const { origin, password, username } = new URL(management)
  const headers = { authorization: `Basic ${btoa(`${username}:${password}`)}` }
  return defineCheck({
    kind: 'oldest-message',
    async run({ clock, signal }) {
      const answer = await fetch(`${origin}/api/queues/%2F/${encodeURIComponent(queue)}`, { headers, signal })
      if (!answer.ok) return unhealthy('HTTP_STATUS', `The management API answered ${answer.status} for ${queue}.`)
      const { head_message_timestamp: seconds } = (await answer.json()) as { head_message_timestamp?: number | null }
      // There is none when nothing waits.
      const ms = seconds == null ? 0 : Math.max(0, clock.wall() - seconds * 1_000)
      const details = { observed: { value: ms, unit: 'ms' } }
      if (ms <= limitMs) return healthy(undefined, details)
      const message = `The oldest message in ${queue} waits for ${Math.round(ms / 1_000)} s. See whether its consumers get through.`
      return degraded('QUEUE_TOO_OLD', message, details)
    },
  })
}
