import type { DependencyCheck } from '../core/check.ts'
import type { Duration } from '../core/duration.ts'
import type { Result } from '../core/result.ts'
import { isName, textRule, type Rules } from '../core/rules.ts'
import { clientCheck, sourceProblem, urlOf } from './support/client-check.ts'
import type { HttpTls } from './support/http-exchange.ts'
import { keepClient, type KeptClient } from './support/kept-client.ts'
import { DURATION, limitRules } from './support/limit-rules.ts'
import { refuseMisuse } from './support/misuse.ts'
import { codeOfMqtt, MqttConnection, type MqttPeer } from './support/mqtt-connection.ts'
import { trustRule } from './support/network-rules.ts'
import { placeOfUrl } from './support/peer.ts'
import { judgeAge } from './support/queue-limits.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'
import { worstOf } from './support/worst-of.ts'
import { placeOfClient } from './support/client-place.ts'

/** What a client must have: that of `mqtt` 5. */
export interface MqttClient {
  readonly connected: boolean
  /** Sends PINGREQ. */
  sendPing(): void
  on(event: 'packetreceive', listener: (packet: { readonly cmd: string }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  removeListener(event: 'packetreceive', listener: (packet: { readonly cmd: string }) => void): unknown
  removeListener(event: 'close', listener: () => void): unknown
}

export interface MqttOptions extends TimeLimits {
  /**
   * By URL: a topic on which something must come, such as a device's heartbeat; `+` and `#` stand for any. Default:
   * none.
   */
  readonly topic?: string
  /**
   * Degraded, `OVERDUE`, when nothing has come on the topic for longer, counted from the connection on, at the grain
   * of the runs. A message that the broker had kept does not count, for nobody knows how old it is. Default: no limit.
   */
  readonly silentDegraded?: Duration
  /** Unhealthy, `OVERDUE`, when nothing has come on the topic for longer. Default: no limit. */
  readonly silentUnhealthy?: Duration
  /**
   * By URL, trust and identity for `mqtts://`: `ca`, `cert`, `key`, `passphrase`, `servername`, `rejectUnauthorized`.
   * Default: the system's.
   */
  readonly tls?: HttpTls
  /** How messages call the server. Default: host and port where the URL or the client tells them, else `MQTT`. */
  readonly where?: string
}

const RULES: Rules<MqttOptions> = {
  topic: (topic, { silentDegraded, silentUnhealthy }) => {
    if (topic !== undefined) return !isName(topic, 65_535) && 'must be a name of 1 to 65,535 bytes'
    return (silentDegraded !== undefined || silentUnhealthy !== undefined) && 'is needed for limits of its silence'
  },
  ...limitRules('silentDegraded', 'silentUnhealthy', DURATION),
  tls: trustRule,
  where: textRule,
  ...TIME_LIMITS,
}

const CLIENT_RULES: Rules<MqttOptions> = {
  ...RULES,
  topic: (topic, options) =>
    RULES.topic(topic, options) ||
    (topic !== undefined && "needs a URL: the app's own client would be sent its messages too"),
}

/**
 * Sends `PINGREQ` over the app's own client of `mqtt`. Given a URL (`mqtt://user:password@host`, `mqtts://…`), it keeps one
 * connection of its own (MQTT 3.1.1, needs no package), which logs in, and which can listen to a topic. Costs one `PINGREQ`
 * per run, never more than one at a time, and with a topic its messages.
 *
 * Observed: time of the answer in ms; that since the last message when it is beyond its limit. Data: that time.
 *
 * Codes: `OVERDUE` when nothing came; `CONNECTION_FAILED` when the client is not connected; `AUTH_FAILED` also when
 * the topic is refused.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function mqtt(source: MqttClient | string | URL, options: MqttOptions = {}): DependencyCheck {
  const url = urlOf(source)
  refuseMisuse('mqtt', options, url === undefined ? CLIENT_RULES : RULES, {
    source:
      sourceProblem(source, ['mqtt', 'mqtts'], ['sendPing']) ||
      (url !== undefined && !URL.canParse(url) && 'is not a URL'),
  })
  const { tls = {}, topic } = options
  const place = options.where ?? (url === undefined ? placeOfClient(source) : placeOfUrl(url)) ?? 'MQTT'
  const silence = topic === undefined ? undefined : watchSilence(topic, options, place)

  return clientCheck<MqttPeer>({
    kind: 'mqtt',
    through:
      url === undefined ? { client: peerOf(source as MqttClient) } : { kept: keepConnection(new URL(url), tls, topic) },
    place,
    question: 'PINGREQ',
    codes: codeOfMqtt,
    async ask(peer, { clock }) {
      const startedAt = clock.now()
      await peer.ping()
      const now = clock.now()
      const inTime = judgeTime(now - startedAt, options, `PINGREQ at ${place}`)
      return silence === undefined ? inTime : silence(inTime, peer, now)
    },
  })
}

/** Judges how long nothing has come. What is not listened to is no silence: a new connection begins anew. */
function watchSilence(
  topic: string,
  { silentDegraded, silentUnhealthy }: MqttOptions,
  place: string,
): (inTime: Result, peer: MqttPeer, now: number) => Result {
  let heard: { peer: MqttPeer; arrived: number; at: number } | undefined
  return (inTime, peer, now) => {
    if (heard?.peer !== peer || peer.arrived > heard.arrived) heard = { peer, arrived: peer.arrived, at: now }
    const silentMs = Math.round(now - heard.at)
    return worstOf(
      { ...inTime, data: { silentMs } },
      judgeAge({
        ms: silentMs,
        degraded: silentDegraded,
        unhealthy: silentUnhealthy,
        code: 'OVERDUE',
        what: `Nothing has come on ${topic} at ${place}`,
        how: 'for',
        tryThis: 'See whether who sends it runs and is connected.',
      }),
    )
  }
}

/** Asks through the app's own client. */
function peerOf(client: MqttClient): MqttPeer {
  return {
    arrived: 0,
    ping: () =>
      new Promise((resolve, reject) => {
        // It would keep the question until it is connected again.
        if (!client.connected) return reject(new Error('The client is offline'))
        const settle = (done: () => void): void => {
          client.removeListener('packetreceive', onPacket)
          client.removeListener('close', onClose)
          done()
        }
        const onPacket = ({ cmd }: { readonly cmd: string }): void => {
          if (cmd === 'pingresp') settle(resolve)
        }
        const onClose = (): void => settle(() => reject(new Error('Connection terminated')))
        client.on('packetreceive', onPacket)
        client.on('close', onClose)
        client.sendPing()
      }),
  }
}

function keepConnection(url: URL, tls: HttpTls, topic: string | undefined): KeptClient<MqttPeer> {
  return keepClient({
    make: (_, onBroken) => new MqttConnection({ url, tls, topic, onBroken }),
    connect: (connection: MqttConnection) => connection.ready,
    end: (connection) => connection.end(),
  })
}
