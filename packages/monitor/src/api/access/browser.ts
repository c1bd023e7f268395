import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

/** Where the server may be reached, as far as it knows. */
export interface Reach {
  /** Address it listens on. */
  readonly host: string
  readonly publicUrl: string | undefined
}

/** True when only this machine can connect. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/gu, '').toLowerCase()
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'))
}

/**
 * Guards against DNS rebinding: a page whose name was pointed at 127.0.0.1 sends its own name as Host.
 * Bound to loopback only loopback names and the public address are served. Bound elsewhere any name is: there nothing
 * is public but the health endpoints, and a session's cookie is not sent to a strange name.
 */
export function isOwnHost(headers: IncomingHttpHeaders, { host, publicUrl }: Reach): boolean {
  if (!isLoopback(host)) return true
  const asked = headers.host
  // HTTP/1.0 probes send none; browsers always do.
  if (asked === undefined || asked === '') return true
  if (publicUrl !== undefined && asked === new URL(publicUrl).host) return true
  return URL.canParse(`http://${asked}`) && isLoopback(new URL(`http://${asked}`).hostname)
}

/**
 * Whether a request comes from another site's page (S3). Browsers say so in `Sec-Fetch-Site`, older ones by `Origin`;
 * what sends neither is no browser, or a navigation, and holds no cookie of a visitor.
 */
export function isCrossSite(headers: IncomingHttpHeaders, { publicUrl }: Reach): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const { origin } = headers
  if (origin === undefined) return false
  if (publicUrl !== undefined && origin === new URL(publicUrl).origin) return false
  return !URL.canParse(origin) || new URL(origin).host !== headers.host
}
