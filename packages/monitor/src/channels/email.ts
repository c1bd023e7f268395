import { isIP } from 'node:net'
import addressParser from 'nodemailer/lib/addressparser'
import { z } from 'zod'
import { defineChannel, type ChannelDefinition } from './channel.ts'
import { toMail } from './email-message.ts'
import { sendMail, type SmtpServer } from './smtp.ts'

const oneLine = z.string().regex(/^\P{Cc}+$/u, 'must be one line without control characters')
const mailbox = oneLine.refine(
  (text) => bareAddress(text) !== undefined,
  'is not a mail address such as hale@example.org or Hale <hale@example.org>',
)

const emailOptions = z
  .strictObject({
    url: z
      .url({ protocol: /^smtps?$/, error: 'is not an address such as smtps://mail.example' })
      .optional()
      .describe('smtp://user:password@host:587, or smtps:// for TLS from the first byte; instead of host and the rest'),
    host: oneLine.optional(),
    port: z.int().min(1).max(65_535).optional().describe('default 587, with secure 465'),
    secure: z.boolean().optional().describe('TLS from the first byte; default: whether the port is 465'),
    requireTls: z
      .boolean()
      .optional()
      .describe(
        'refuse to go on without STARTTLS; default: when there is a password and the server is another machine',
      ),
    auth: z.strictObject({ user: z.string(), pass: z.string() }).optional(),
    from: mailbox,
    to: z.union([mailbox.transform((one) => [one]), z.array(mailbox).min(1).max(50)]),
  })
  .refine(({ url, host }) => (url === undefined) !== (host === undefined), 'needs either url or host')
  .refine(
    ({ url, port, secure, auth }) => url === undefined || (port ?? secure ?? auth) === undefined,
    'has port, secure and auth inside url already',
  )

/** Sends every message as a mail; the mails of one incident form one thread. */
export const emailChannel: ChannelDefinition = defineChannel({
  kind: 'email',
  summary: 'Sends every message as a mail through an SMTP server.',
  options: emailOptions,
  idempotency: 'lookup',
  open: (options, { guard }) => {
    const server = toServer(options)
    const from = bareAddress(options.from) ?? ''
    const to = options.to.map((each) => bareAddress(each) ?? '')
    const parties = { from: options.from, to: options.to, domain: from.slice(from.lastIndexOf('@') + 1) }
    return {
      send: async (message, { key, signal }) =>
        sendMail(server, { from, to, bytes: await toMail(message, key, parties) }, { guard, signal }),
      [Symbol.asyncDispose]: async () => {},
    }
  },
})

function toServer({ url, host, port, secure, auth, requireTls }: z.output<typeof emailOptions>): SmtpServer {
  const server = url === undefined ? { host: host ?? '', port, secure, auth } : fromUrl(new URL(url))
  const tls = server.secure ?? server.port === 465
  return {
    host: server.host,
    port: server.port ?? (tls ? 465 : 587),
    secure: tls,
    auth: server.auth,
    requireTls: requireTls ?? (server.auth !== undefined && !isLoopback(server.host)),
  }
}

function fromUrl(url: URL): Partial<SmtpServer> & { readonly host: string } {
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    ...(url.protocol === 'smtps:' ? { secure: true } : {}),
    auth:
      url.username === ''
        ? undefined
        : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
  }
}

/** The one address in a header's text; undefined when there is none, or more than one. */
function bareAddress(text: string): string | undefined {
  const [first, second] = addressParser(text)
  if (first === undefined || second !== undefined || first.address === undefined) return undefined
  return /^[^\s@<>]+@[^\s@<>]+$/.test(first.address) ? first.address : undefined
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
