import { isIP } from 'node:net'
import { isReadableUrl, UNREADABLE_URL } from '../../core/readable-url.ts'
import {
  flagRule,
  isFilled,
  isObject,
  isWhole,
  optional,
  required,
  secretRule,
  within,
  type Rule,
} from '../../core/rules.ts'
import type { HttpTls } from './http-exchange.ts'

/** A name or address of a host. */
export const hostRule: Rule = required('a name or address', isFilled)

const A_PORT = 'a port from 1 to 65535'

/** A port that may be left out. */
export const portRule: Rule = optional(A_PORT, isPort)

/** A port that must be given. */
export const requiredPortRule: Rule = required(A_PORT, isPort)

function isPort(value: unknown): boolean {
  return isWhole(value, 1, 65_535)
}

/** How much is read at most. */
export const bytesRule: Rule = optional('a number of bytes', (value) => isWhole(value, 1))

/** A rule for a URL of one of these protocols. It is not shown: it may hold a password. */
export function urlOfProtocol(...protocols: readonly string[]): Rule {
  const meant = `must be a URL that begins with ${protocols.map((each) => `${each}//`).join(' or ')}`
  return (value) => {
    const url = toUrl(value)
    return (!protocols.includes(url?.protocol ?? '') && meant) || (!isReadableUrl(String(url)) && UNREADABLE_URL)
  }
}

/** The URL that was given; undefined when it is none. */
export function toUrl(given: unknown): URL | undefined {
  const text = typeof given === 'string' || given instanceof URL ? String(given) : ''
  return URL.canParse(text) ? new URL(text) : undefined
}

/** Keys and certificates in PEM, one or several; not shown. */
export const pemRule: Rule = (value) =>
  value !== undefined && !isFilled(value) && !isObject(value) && 'is not text or bytes in PEM'

/** Trust and identity. */
export const trustRule: Rule = within<HttpTls>({
  ca: pemRule,
  cert: pemRule,
  key: pemRule,
  passphrase: secretRule,
  servername: serverNameRule,
  rejectUnauthorized: flagRule,
})

/** The name that a certificate must be for. */
export function serverNameRule(value: unknown): string | false {
  return value !== undefined && !(isFilled(value) && isIP(value) === 0) && 'must be a name'
}
