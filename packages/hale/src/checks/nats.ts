import type { DependencyCheck } from '../core/check.ts'
import { unhealthy, type Result } from '../core/result.ts'
import { textRule, type Rules } from '../core/rules.ts'
import { clientCheck, sourceProblem, urlOf } from './support/client-check.ts'
import { keepClient, reshape, type KeptClient } from './support/kept-client.ts'
import { placeOfClient } from './support/client-place.ts'
import { refuseMisuse } from './support/misuse.ts'
import { codeOfNats, NATS_SCHEMES, openNats } from './support/nats-connection.ts'
import { placeOfUrl } from './support/peer.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'

/** What a client must have: a connection of `@nats-io/transport-node` or `nats`. */
export interface NatsClient {
  /** Sends PING and waits for PONG. */
  rtt(): Promise<unknown>
  /** Whether it was closed for good. */
  isClosed?(): boolean
}

export interface NatsOptions extends TimeLimits {
  /** How messages call the server. Default: host and port where the URL or the client tells them, else `NATS`. */
  readonly where?: string
}

const RULES: Rules<NatsOptions> = { where: textRule, ...TIME_LIMITS }

/**
 * Sends `PING` over the app's own connection to NATS, which finds what one of its own would hide: a client that does not come
 * back. Given a URL (`nats://…`, `tls://…`), it keeps one connection of its own (needs the package `@nats-io/transport-node`).
 * Costs one `PING` per run, never more than one at a time.
 *
 * Observed: time of the answer in ms.
 *
 * Codes: `CONNECTION_FAILED` when the client is closed or not connected; `PROTOCOL_ERROR` when something else answers.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function nats(source: NatsClient | string | URL, options: NatsOptions = {}): DependencyCheck {
  refuseMisuse('nats', options, RULES, { source: sourceProblem(source, NATS_SCHEMES, ['rtt']) })
  const url = urlOf(source)
  const place = options.where ?? (url === undefined ? placeOfClient(source) : placeOfUrl(url)) ?? 'NATS'

  return clientCheck<NatsClient>({
    kind: 'nats',
    through: url === undefined ? { client: source as NatsClient } : { kept: keepConnection(url) },
    place,
    question: 'PING',
    codes: codeOfNats,
    async ask(client, { clock }) {
      const startedAt = clock.now()
      await client.rtt()
      return judgeTime(clock.now() - startedAt, options, `PING at ${place}`)
    },
    explain: (result, client) =>
      result.code === 'TIMEOUT' && client.isClosed?.() === true ? wasClosed(place) : result,
  })
}

/** The client leaves a PING that was under way unanswered. */
function wasClosed(place: string): Result {
  const message = `The client's connection to ${place} was closed. See whether the server is up, and why the client gave up.`
  return unhealthy('CONNECTION_FAILED', message)
}

function keepConnection(url: string): KeptClient<NatsClient> {
  const kept = keepClient({
    async make(timeoutMs, onBroken) {
      let giveUp: ((error: Error) => void) | undefined
      const connection = await openNats(url, timeoutMs, () => {
        giveUp?.(Object.assign(new Error('Connection terminated'), { code: 'ECONNRESET' }))
        onBroken()
      })
      const rtt = (): Promise<unknown> =>
        new Promise((resolve, reject) => {
          giveUp = reject
          connection.rtt().then(resolve, reject)
        })
      return { connection, rtt }
    },
    end: ({ connection }) => connection.close(),
  })
  return reshape(kept, ({ rtt }) => ({ rtt }))
}
