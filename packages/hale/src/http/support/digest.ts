import type * as NodeCrypto from 'node:crypto'

/** Bytes of a SHA-256 digest. */
export type Digest = Uint8Array

const encoder = new TextEncoder()

/**
 * SHA-256 of a text: at once where the runtime has node:crypto, else a promise from Web Crypto. node:crypto is asked for
 * and not imported, so that this file loads in runtimes that have none.
 */
export function sha256(text: string): Digest | Promise<Digest> {
  const crypto = nodeCrypto()
  if (crypto !== undefined) return crypto.createHash('sha256').update(text).digest()
  return globalThis.crypto.subtle.digest('SHA-256', encoder.encode(text)).then((buffer) => new Uint8Array(buffer))
}

/** Compares in a time that does not depend on where they differ (S1). */
export function sameDigest(a: Digest, b: Digest): boolean {
  let difference = a.length ^ b.length
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}

function nodeCrypto(): typeof NodeCrypto | undefined {
  return typeof process === 'undefined' ? undefined : process.getBuiltinModule?.('node:crypto')
}
