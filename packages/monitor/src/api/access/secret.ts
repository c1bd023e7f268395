import { createHash, randomBytes } from 'node:crypto'

/** A new secret of 256 random bits, safe in URLs, cookies and headers. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What is stored in a secret's stead: SHA-256, hex. 256 random bits need no salt and no slow hash. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
