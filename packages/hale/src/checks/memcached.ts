import type { DependencyCheck } from '../core/check.ts'
import { unhealthy } from '../core/result.ts'
import { isText, textRule, type Rules } from '../core/rules.ts'
import { clientCheck, sourceProblem, urlOf } from './support/client-check.ts'
import { keepClient, type KeptClient } from './support/kept-client.ts'
import { openLine, type Line } from './support/line.ts'
import { placeOfClient } from './support/client-place.ts'
import { refuseMisuse } from './support/misuse.ts'
import { placeOfUrl } from './support/peer.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'

/** What a client must have: that of `memjs`, and others whose `get` answers with a promise. */
export interface MemcachedClient {
  get(key: string): Promise<unknown>
}

export interface MemcachedOptions extends TimeLimits {
  /** The key that a client is asked for; it need not exist. Default `hale`. Not used with a URL. */
  readonly key?: string
  /** How messages call the server. Default: host and port where the URL or the client tells them, else `memcached`. */
  readonly where?: string
}

const RULES: Rules<MemcachedOptions> = {
  // What the protocol allows: https://github.com/memcached/memcached/blob/master/doc/protocol.txt
  key: (key) =>
    key !== undefined && !(isText(key) && /^[!-~]{1,250}$/.test(key)) && 'must be 1 to 250 visible ASCII characters',
  where: textRule,
  ...TIME_LIMITS,
}

/**
 * Asks memcached for a key through the app's own client. Given a URL (`memcached://host:11211`), it keeps one connection of
 * its own, needs no package, and asks `version`. Costs one command per run, never more than one at a time.
 *
 * Observed: time of the answer in ms. Data: the server's version, with a URL.
 *
 * Codes: `PROTOCOL_ERROR` when something else listens.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function memcached(source: MemcachedClient | string | URL, options: MemcachedOptions = {}): DependencyCheck {
  refuseMisuse('memcached', options, RULES, { source: sourceProblem(source, ['memcached'], ['get']) })
  const { key = 'hale' } = options
  const url = urlOf(source)
  const place = options.where ?? (url === undefined ? placeOfClient(source) : placeOfUrl(url)) ?? 'memcached'
  if (url !== undefined) return byUrl(url, place, options)

  return clientCheck<MemcachedClient>({
    kind: 'memcached',
    through: { client: source as MemcachedClient },
    place,
    question: `get ${key}`,
    async ask(client, { clock }) {
      const startedAt = clock.now()
      await client.get(key)
      return judgeTime(clock.now() - startedAt, options, `get ${key} at ${place}`)
    },
  })
}

function byUrl(url: string, place: string, limits: TimeLimits): DependencyCheck {
  return clientCheck<Line>({
    kind: 'memcached',
    through: { kept: keepLine(new URL(url)) },
    place,
    question: 'version',
    async ask(line, { clock }) {
      const startedAt = clock.now()
      const [, version] = /^VERSION (\S{1,40})$/.exec(await line.ask('version')) ?? []
      if (version === undefined) {
        line.end() // what else comes would be taken for the next answer
        const message = `${place} did not answer version as memcached does. See whether memcached listens there.`
        return unhealthy('PROTOCOL_ERROR', message)
      }
      return judgeTime(clock.now() - startedAt, limits, `version at ${place}`, { version })
    },
  })
}

function keepLine({ hostname, port }: URL): KeptClient<Line> {
  const place = { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 11_211 : Number(port) }
  return keepClient({
    make: (_, onBroken) => openLine(place, onBroken),
    connect: (line) => line.connected,
    end: (line) => line.end(),
  })
}
