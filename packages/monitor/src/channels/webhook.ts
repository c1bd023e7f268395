import { z } from 'zod'
import { defineChannel, type ChannelDefinition } from './channel.ts'
import { postJson } from './post-json.ts'
import { sign } from './signature.ts'
import { toWebhookBody } from './webhook-body.ts'

/** Headers that Hale or HTTP itself sets. */
const RESERVED: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'content-type',
  'expect',
  'hale-signature',
  'idempotency-key',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const headerName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is not the name of a header')
  .refine((name) => !RESERVED.has(name.toLowerCase()), 'is a header that Hale sets itself')
const headerValue = z.string().regex(/^[\t\u0020-\u007E]*$/, 'may hold visible ASCII characters and spaces only')

const webhookOptions = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'is not an http:// or https:// address' })
    .describe('where to post to; may hold user and password'),
  secret: z.string().min(16).optional().describe('signs every request: Hale-Signature, HMAC-SHA256'),
  headers: z.record(headerName, headerValue).default({}).describe('sent along, for instance Authorization'),
})

/** Posts every message as JSON, see {@link WebhookBody}, with an `Idempotency-Key` and, if asked to, a signature. */
export const webhookChannel: ChannelDefinition = defineChannel({
  kind: 'webhook',
  summary: 'Posts every message as JSON to an address of yours.',
  options: webhookOptions,
  idempotency: 'key',
  open: ({ url, secret, headers }, { guard, clock }) => ({
    send: (message, { key, signal }) => {
      const body = JSON.stringify(toWebhookBody(key, message))
      const signature = secret === undefined ? {} : { 'hale-signature': sign(secret, body, clock.wall()) }
      const all = { ...headers, 'idempotency-key': toHeaderValue(key), ...signature }
      return postJson({ url: new URL(url), headers: all, body, signal, guard, clock })
    },
    [Symbol.asyncDispose]: async () => {},
  }),
})

/** Keys hold a channel's name, which may be in any script; headers hold ASCII. */
function toHeaderValue(key: string): string {
  return key.toWellFormed().replaceAll(/[^\u0021-\u007E]/gu, encodeURIComponent)
}
