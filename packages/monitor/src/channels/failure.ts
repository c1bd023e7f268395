import { AddressRefused } from '../probes/guard.ts'
import { plainText } from '../plain-text.ts'

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  ETIMEDOUT: 'no connection in time',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ENOTFOUND: 'host name not found',
  EAI_AGAIN: 'host name could not be looked up',
  CERT_HAS_EXPIRED: 'certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate is not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate is for another name',
}

/** Puts a failed exchange into a few safe words: what Node or a peer threw may hold addresses and more. */
export function describeFailure(error: unknown): string {
  if (error instanceof AddressRefused) return plainText(error.message, 200)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code.startsWith('HPE_')) return 'the answer is not HTTP'
  return WORDS[code] ?? (code === '' ? 'failed' : `failed (${plainText(code, 60)})`)
}
