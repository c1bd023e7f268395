import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { defineCheck, type CheckContext, type DependencyCheck } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import { formatDuration, type Duration } from '../core/duration.ts'
import { resultFromError } from '../core/error-codes.ts'
import { HOP_HEADER } from '../core/hop.ts'
import { isReadableUrl, UNREADABLE_URL } from '../core/readable-url.ts'
import { degraded, healthy, unhealthy, type Result } from '../core/result.ts'
import type { Rules } from '../core/rules.ts'
import { abortLate, within } from './support/in-time.ts'
import { DURATION, limitRules } from './support/limit-rules.ts'
import { readDurations } from './support/limits.ts'
import { refuseMisuse } from './support/misuse.ts'
import { toUrl } from './support/network-rules.ts'
import { askNtp, NtpError, type ClockReading } from './support/ntp.ts'

export interface ClockSkewOptions {
  /** Whose clock is compared: `ntp://time.internal` (port 123 unless given), or an `http:` or `https:` address. */
  readonly source: string | URL
  /** Degraded when the clocks differ by more than this for certain. Default `2s`. */
  readonly degraded?: Duration
  /** Unhealthy when they differ by more than this for certain. Default `1m`, about what tokens and certificates forgive. */
  readonly unhealthy?: Duration
}

interface Limits {
  readonly degraded: number
  readonly unhealthy: number
}

const DEFAULTS = { degraded: '2s', unhealthy: '1m' }

const RULES: Rules<ClockSkewOptions> = {
  source: (source) => {
    const { hostname = '', protocol = '' } = toUrl(source) ?? {}
    const isPlace = /^(?:https?|ntp):$/.test(protocol) && hostname !== ''
    const meant = 'is not an address such as ntp://time.internal or https://example.com'
    return (!isPlace && meant) || (!isReadableUrl(String(source)) && UNREADABLE_URL)
  },
  ...limitRules('degraded', 'unhealthy', DURATION, DEFAULTS),
}

/**
 * By how much this machine's clock differs from another's. Over NTP (SNTP, RFC 4330) that is told to some milliseconds,
 * by the `Date` of an HTTP answer, whatever its status, to half a second. How far each can be off is allowed for, so
 * that only what is certain counts. Costs one packet each way, or one HEAD request over a connection of its own, per
 * run; asked every 5 minutes unless told otherwise, so keeping one open would not help.
 *
 * Observed: ms by which this machine is ahead; negative: behind.
 *
 * Codes: `PROTOCOL_ERROR` when there is no time in the answer, or the server is not synchronised.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function clockSkew(options: ClockSkewOptions): DependencyCheck {
  refuseMisuse('clock-skew', options, RULES)
  const { degraded: soft = Infinity, unhealthy: hard = Infinity } = readDurations(options, DEFAULTS)
  const limits = { degraded: soft, unhealthy: hard }
  const url = new URL(options.source)
  return defineCheck({
    kind: 'clock-skew',
    defaults: { every: '5m' },
    run: (context) => run(context, url, limits),
  })
}

function run(context: CheckContext, url: URL, limits: Limits): Promise<Result> {
  const { clock } = context
  const place = url.host
  const ask = (signal: AbortSignal): Promise<ClockReading> =>
    url.protocol === 'ntp:'
      ? askNtp({ clock, signal, host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 123) })
      : askHttp(url, { ...context, signal })
  const answer = (signal: AbortSignal): Promise<Result> =>
    ask(signal).then(
      (reading) => judgeSkew(reading, limits, place),
      (error: unknown) =>
        error instanceof NtpError
          ? unhealthy('PROTOCOL_ERROR', `${place} ${error.message}. Ask another server.`)
          : resultFromError(error, place),
    )
  const late = `No answer from ${place} ${within(context)}. See whether a firewall drops the packets.`
  return abortLate(context, answer, late)
}

async function askHttp(url: URL, context: CheckContext): Promise<ClockReading> {
  const { clock, hop = 0, signal } = context
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest
  const sentAt = clock.now()
  const headers = await new Promise<NodeJS.Dict<string | string[]>>((resolve, reject) => {
    const sent = request(url, {
      agent: false,
      method: 'HEAD',
      headers: { 'user-agent': 'hale', 'cache-control': 'no-cache', [HOP_HEADER]: String(hop + 1) },
      signal,
    })
    sent.once('response', (response) => resolve(response.resume().headers))
    sent.on('error', reject)
    sent.end()
  })
  return readDate(headers, clock, clock.now() - sentAt)
}

/** The clock behind a `Date` of whole seconds, half a round trip ago; `Age` says how long a cache has kept it. */
function readDate(headers: NodeJS.Dict<string | string[]>, clock: Clock, tripMs: number): ClockReading {
  const date = Date.parse(String(headers['date']))
  if (Number.isNaN(date)) throw new NtpError('answered without a Date that can be read')
  const age = Number(headers['age'] ?? 0)
  const theirs = date + 500 + (age > 0 ? age * 1_000 : 0)
  return { aheadMs: clock.wall() - tripMs / 2 - theirs, uncertainMs: tripMs / 2 + 500 + (age > 0 ? 1_000 : 0) }
}

/** Judges how far a clock is ahead: pure. */
export function judgeSkew({ aheadMs, uncertainMs }: ClockReading, limits: Limits, place: string): Result {
  const ahead = Math.round(aheadMs)
  const details = { observed: { value: ahead, unit: 'ms' }, data: { uncertainMs: Math.round(uncertainMs) } }
  const off = formatDuration(Math.abs(ahead))
  const figures = `This machine's clock is ${ahead === 0 ? 'as' : `${off} ${ahead > 0 ? 'ahead of' : 'behind'}`} that of ${place} (± ${formatDuration(Math.ceil(uncertainMs))})`
  const certainMs = Math.abs(aheadMs) - uncertainMs
  for (const [judge, limitMs] of [
    [unhealthy, limits.unhealthy],
    [degraded, limits.degraded],
  ] as const) {
    if (certainMs <= limitMs) continue
    const advice = 'See whether its time service runs (timedatectl, chronyc tracking).'
    return judge('CLOCK_SKEWED', `${figures}, limit ${formatDuration(limitMs)}. ${advice}`, details)
  }
  return healthy(`${figures}.`, details)
}
