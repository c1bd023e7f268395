import type { TargetKind } from '@hale/contract'
import { asList, parseSize, parseStatusRange, type TargetDefaults, type TargetOptions } from '@hale/contract'
import { parseDuration, type Policy } from 'hale'
import { isReadableUrl, UNREADABLE_URL } from 'hale/core/readable-url'
import type { HttpExpectation, TargetSpec } from '../model.ts'
import { CONFIG_DEFAULTS } from './defaults.ts'
import type { Refuse } from './problem.ts'

/** Notes a problem of one target; the path begins at the target. */
type RefuseHere = (path: readonly string[], message: string, at?: 'key') => void

/**
 * Fills in one target: its own options, else those of `defaults`, else {@link CONFIG_DEFAULTS}.
 * Whatever does not fit together is refused; the result is undefined when there is no address.
 */
export function resolveTarget(
  own: TargetOptions,
  defaults: TargetDefaults,
  path: readonly (string | number)[],
  refuse: Refuse,
): TargetSpec | undefined {
  const refuseHere: RefuseHere = (below, message, at) =>
    refuse([...path, ...below], message, at === undefined ? {} : { at })
  const address = readAddress(own.url, refuseHere)
  // Whatever the address was to be, the rest is judged.
  const url = address ?? new URL(own.kind === 'tcp' ? 'tcp://unknown.invalid:1' : 'http://unknown.invalid/')

  const kind = own.kind ?? defaultKind(url, own)
  if (address !== undefined || own.kind !== undefined) checkKind(kind, url, own, refuseHere)
  const merged = merge(own, defaults)
  const policy = resolvePolicy(merged, own, refuseHere)
  const http = resolveHttp(merged, refuseHere)
  if (address === undefined) return undefined
  const name = own.name ?? nameOf(url)
  const id = own.id ?? slug(name)
  if (id === '') refuseHere(['name'], 'has no letter or digit to make an id of; give the target an id')
  return {
    id,
    name,
    kind,
    address: own.url,
    policy,
    freshEvery: merged.freshEvery ?? CONFIG_DEFAULTS.target.freshEvery,
    http,
    notify: merged.notify === undefined ? undefined : asList(merged.notify),
    group: merged.group,
    tags: asList(merged.tags ?? []),
    runbook: merged.runbook,
  }
}

function readAddress(text: string, refuse: RefuseHere): URL | undefined {
  // The address is not quoted: it may hold a password.
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^(?:https?|tcp):$/.test(url.protocol) || url.hostname === '') {
    refuse(['url'], 'is not an address such as https://shop.example/health or tcp://db.example:5432')
    return undefined
  }
  if (url.protocol === 'tcp:' && (url.port === '' || url.port === '0')) {
    refuse(['url'], 'needs a port: tcp://host:port')
    return undefined
  }
  if (!isReadableUrl(text)) {
    refuse(['url'], UNREADABLE_URL)
    return undefined
  }
  return url
}

function defaultKind(url: URL, own: TargetOptions): TargetKind {
  if (url.protocol === 'tcp:') return 'tcp'
  return own.expect === undefined ? 'health' : 'http'
}

const HTTP_ONLY = ['method', 'headers', 'expect', 'tls', 'redirects', 'maxBody'] as const

function checkKind(kind: TargetKind, url: URL, own: TargetOptions, refuse: RefuseHere): void {
  if ((kind === 'tcp') !== (url.protocol === 'tcp:')) {
    refuse([own.kind === undefined ? 'url' : 'kind'], `does not fit: kind ${kind} with a ${url.protocol}// address`)
  } else if (kind === 'tcp') {
    for (const key of HTTP_ONLY) if (own[key] !== undefined) refuse([key], 'means nothing for a TCP port', 'key')
  } else if (kind === 'health') {
    for (const key of ['status', 'bodyContains'] as const) {
      if (own.expect?.[key] === undefined) continue
      refuse(
        ['expect', key],
        'means nothing for a health document, whose format says what is good; use kind http',
        'key',
      )
    }
  }
}

/** The target's own options before those of all; in `headers`, `expect` and `tls` each field by itself. */
function merge(own: TargetDefaults, defaults: TargetDefaults): TargetDefaults {
  return {
    ...defaults,
    ...own,
    headers: { ...defaults.headers, ...own.headers },
    expect: { ...defaults.expect, ...own.expect },
    tls: { ...defaults.tls, ...own.tls },
  }
}

function resolvePolicy(merged: TargetDefaults, own: TargetOptions, refuse: RefuseHere): Policy {
  const fixed = CONFIG_DEFAULTS.target
  const everyMs = toMs(merged.every ?? fixed.every)
  const timeoutMs = merged.timeout === undefined ? Math.min(toMs(fixed.timeout), everyMs) : toMs(merged.timeout)
  const staleAfterMs =
    merged.staleAfter === undefined ? CONFIG_DEFAULTS.staleAfterMs(everyMs, timeoutMs) : toMs(merged.staleAfter)
  if (timeoutMs > everyMs) {
    refuse([own.timeout === undefined ? 'every' : 'timeout'], 'the timeout is longer than every: probes would overlap')
  }
  if (staleAfterMs < everyMs + timeoutMs) {
    refuse(['staleAfter'], 'is over before the next answer can be there: it must be at least every plus timeout')
  }
  return {
    everyMs,
    timeoutMs,
    initialDelayMs: 0,
    jitter: CONFIG_DEFAULTS.jitter(everyMs),
    failureThreshold: merged.failureThreshold ?? fixed.failureThreshold,
    successThreshold: merged.successThreshold ?? fixed.successThreshold,
    staleAfterMs,
    impact: 'fails',
  }
}

function resolveHttp(merged: TargetDefaults, refuse: RefuseHere): HttpExpectation {
  const fixed = CONFIG_DEFAULTS.target
  const { status = CONFIG_DEFAULTS.status, bodyContains, degradedAbove, unhealthyAbove } = merged.expect ?? {}
  const { verify, degradedDays, unhealthyDays } = CONFIG_DEFAULTS.tls
  const certificateDays = {
    degraded: merged.tls?.degradedDays ?? degradedDays,
    unhealthy: merged.tls?.unhealthyDays ?? unhealthyDays,
  }
  const ranges = (Array.isArray(status) ? status : [status])
    .map(parseStatusRange)
    .filter((range) => range !== undefined)
  const degradedAboveMs = degradedAbove === undefined ? undefined : toMs(degradedAbove)
  const unhealthyAboveMs = unhealthyAbove === undefined ? undefined : toMs(unhealthyAbove)
  if (degradedAboveMs !== undefined && unhealthyAboveMs !== undefined && degradedAboveMs > unhealthyAboveMs) {
    refuse(['expect', 'degradedAbove'], 'is above unhealthyAbove, so it could never hold')
  }
  if (certificateDays.unhealthy > certificateDays.degraded) {
    refuse(['tls', 'unhealthyDays'], `is above degradedDays (${certificateDays.degraded}), which could then never hold`)
  }
  return {
    method: merged.method ?? fixed.method,
    headers: merged.headers ?? {},
    status: ranges,
    bodyContains,
    degradedAboveMs,
    unhealthyAboveMs,
    followRedirects: merged.redirects ?? fixed.redirects,
    maxBodyBytes: parseSize(merged.maxBody ?? fixed.maxBody) ?? 0,
    certificateDays,
    verifyTls: merged.tls?.verify ?? verify,
  }
}

/** Milliseconds of a duration that the schema has passed. */
export function toMs(duration: string): number {
  return parseDuration(duration) ?? Number.NaN
}

/** Host and path; never credentials or a query, which may hold a key. */
function nameOf(url: URL): string {
  return (url.host + url.pathname).replace(/\/+$/, '').slice(0, 200)
}

/** A name as an id: lower-case letters, digits and dashes. */
export function slug(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 64)
    .replaceAll(/^-+|-+$/g, '')
}
