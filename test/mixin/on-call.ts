import { z } from 'zod'
import { openIntake } from '../harness/intake.ts'

/** What somebody on call reads of one alert. */
export interface Told {
  readonly status: 'firing' | 'resolved'
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** Who is told by Alertmanager. */
export interface OnCall extends AsyncDisposable {
  readonly url: string
  /** The last word on every alert that there was a word on. */
  last(): readonly Told[]
  /** Names of the alerts of which it was ever told that they fire, in the order of the alphabet. */
  names(): readonly string[]
  /** Forgets all that it was told. */
  forget(): void
}

// https://prometheus.io/docs/alerting/latest/configuration/#webhook_config, version 4.
const body = z.looseObject({
  version: z.literal('4'),
  alerts: z.array(
    z.looseObject({
      status: z.enum(['firing', 'resolved']),
      labels: z.record(z.string(), z.string()),
      annotations: z.record(z.string(), z.string()),
      fingerprint: z.string(),
    }),
  ),
})

/** Starts a receiver of Alertmanager's webhooks. */
export async function startOnCall(): Promise<OnCall> {
  const intake = await openIntake()
  const all = (): z.infer<typeof body>['alerts'] => intake.taken.flatMap((taken) => body.parse(taken.body).alerts)
  return {
    url: intake.url,
    last: () => [...new Map(all().map((alert) => [alert.fingerprint, alert])).values()],
    names: () => {
      const fired = all().filter(({ status }) => status === 'firing')
      return [...new Set(fired.map(({ labels }) => labels['alertname'] ?? ''))].toSorted()
    },
    forget: () => void (intake.taken.length = 0),
    [Symbol.asyncDispose]: () => intake[Symbol.asyncDispose](),
  }
}
