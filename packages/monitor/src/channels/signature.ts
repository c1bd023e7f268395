import { createHmac } from 'node:crypto'

/**
 * The value of a `Hale-Signature` header: `t=<seconds since 1970>,v1=<hex>`, where v1 is the HMAC-SHA256 over
 * `<seconds>.<body>` with the shared secret. The receiver computes the same over the bytes it got, compares in constant
 * time, and refuses a time that is minutes off, so that an old request cannot be played again.
 */
export function sign(secret: string, body: string, wall: number): string {
  const seconds = Math.floor(wall / 1_000)
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`
}
