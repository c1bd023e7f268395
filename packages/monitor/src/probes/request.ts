import type { TargetSpec } from '../model.ts'
import { VERSION } from '../version.ts'
import { ProbeFailure } from './failure.ts'
import type { Hop, HttpResponse } from './hop.ts'

const ACCEPT = {
  health: 'application/json, application/health+json;q=0.9, */*;q=0.8',
  other: '*/*',
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** The request that asks a target. */
export function firstHop(target: TargetSpec): Hop {
  return prepareHop(new URL(target.address), target, target.http.method)
}

/**
 * The request that an answer sends us on to; undefined when it is no redirect.
 * What the target was given to prove itself with stays with its own origin.
 *
 * @throws {ProbeFailure} when it leads to something that is not HTTP.
 */
export function nextHop(from: Hop, { status, location }: HttpResponse, target: TargetSpec): Hop | undefined {
  if (!REDIRECTS.has(status) || location === undefined) return undefined
  const to = URL.parse(location, from.url.href)
  if (to === null || (to.protocol !== 'http:' && to.protocol !== 'https:')) {
    throw new ProbeFailure('PROTOCOL_ERROR', `HTTP ${status} redirects to something that is not an http(s) address`)
  }
  const { method } = from.options
  const becomesGet = method !== 'HEAD' && (status === 303 || (method === 'POST' && status < 303))
  return prepareHop(to, target, becomesGet ? 'GET' : (method ?? 'GET'))
}

function prepareHop(url: URL, target: TargetSpec, method: string): Hop {
  const own = new URL(target.address)
  const trusted = url.origin === own.origin
  const secure = url.protocol === 'https:'
  const given = trusted ? Object.entries(target.http.headers) : []
  const headers = given.flat()
  const names = new Set(given.map(([name]) => name.toLowerCase()))
  const add = (name: string, value: string): void => {
    if (!names.has(name.toLowerCase())) headers.push(name, value)
  }
  add('Host', url.host)
  add('User-Agent', `Hale/${VERSION}`)
  add('Accept', target.kind === 'health' ? ACCEPT.health : ACCEPT.other)
  if (method === 'POST') add('Content-Length', '0')
  if (trusted && (own.username !== '' || own.password !== '')) add('Authorization', basic(own))
  return {
    url,
    secure,
    options: {
      host: url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname,
      port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
      path: `${url.pathname}${url.search}`,
      method,
      headers,
    },
  }
}

function basic({ username, password }: URL): string {
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return `Basic ${Buffer.from(pair).toString('base64')}`
}
