import { createHash } from 'node:crypto'
import MailComposer from 'nodemailer/lib/mail-composer'
import type { Message } from '../model.ts'
import { plainText } from '../plain-text.ts'
import { statusMark } from './status-mark.ts'

/** Who a mail is from and to; addresses as they stand in a header, `Hale <hale@example.org>` or bare. */
export interface MailParties {
  readonly from: string
  readonly to: readonly string[]
  /** Right-hand side of the message ids that Hale gives. */
  readonly domain: string
}

const SUBJECT_LIMIT = 200
/** Incidents that a digest's mail is threaded with: some servers refuse longer header lines. */
const THREADS = 10

const COLOURS: Readonly<Record<Message['status'], string>> = {
  healthy: '#1a7f37',
  degraded: '#9a6700',
  unhealthy: '#cf222e',
  unknown: '#8250df',
  maintenance: '#0969da',
  skipped: '#57606a',
}

/**
 * Writes one mail. Pure: the same message and key give the same bytes, so a repeat carries the same Message-ID and can
 * be recognised. All mails of one incident refer to the same id, which mail programs show as one thread.
 */
export function toMail(message: Message, key: string, { from, to, domain }: MailParties): Promise<Buffer> {
  const id = (of: string): string => `<${digest(of)}@${domain}>`
  const threads = new Set([message.incidentId, ...(message.parts ?? []).map((part) => part.message.incidentId)])
  const references = [...threads].slice(0, THREADS).map((incident) => id(`incident ${incident}`))
  const composer = new MailComposer({
    from,
    to: [...to],
    subject: plainText(message.title, SUBJECT_LIMIT),
    messageId: id(key),
    date: new Date(message.at),
    references,
    ...(references[0] === undefined ? {} : { inReplyTo: references[0] }),
    // RFC 3834: no out-of-office answers, please.
    headers: { 'Auto-Submitted': 'auto-generated' },
    text: `${message.title}\n\n${message.text}\n`,
    html: toHtml(message),
    baseBoundary: digest(`boundary ${key}`),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return composer.compile().build()
}

/** The same words as the plain text, a little easier on the eye; everything in it is escaped (S4). */
function toHtml({ status, title, text }: Message): string {
  const colour = COLOURS[status]
  const head = `${statusMark(status)} ${status}`
  return [
    '<!doctype html><html><body style="font-family:system-ui,sans-serif;font-size:15px;line-height:1.5">',
    `<div style="border-left:4px solid ${colour};padding:4px 14px">`,
    `<div style="color:${colour};font-weight:600">${escapeHtml(head)}</div>`,
    `<div style="font-size:18px;margin:4px 0 12px">${escapeHtml(title)}</div>`,
    `<div>${text.split('\n').map(escapeHtml).join('<br>')}</div>`,
    '</div></body></html>',
  ].join('\n')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
