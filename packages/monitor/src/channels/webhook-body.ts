import type { Message } from '../model.ts'

/**
 * What a webhook receives. The shape is stable: fields may be added, none goes or changes its meaning while `version`
 * is 1. Times are ISO 8601 in UTC; what is not known is null. Every try of one notification sends the same bytes.
 */
export interface WebhookBody extends WebhookMessage {
  readonly version: 1
}

export interface WebhookMessage {
  /** Same as the `Idempotency-Key` header: one that was seen before is a repeat. */
  readonly key: string
  /** `firing`, `update` and `resolved` tell of one incident; a `digest` stands for all its `parts`; a `test` for nothing. */
  readonly kind: Message['kind']
  readonly title: string
  /** More lines, joined by `\n`. */
  readonly text: string
  readonly status: Message['status']
  readonly severity: Message['severity']
  readonly code: string | null
  readonly observed: { readonly value: number | string | boolean; readonly unit: string | null } | null
  readonly target: { readonly id: string; readonly name: string; readonly address: string }
  readonly incident: { readonly id: string; readonly openedAt: string }
  /** When it happened, which may be long before it is delivered. */
  readonly at: string
  readonly runbook: string | null
  readonly link: string | null
  /** The messages a digest stands for, oldest first; empty otherwise. */
  readonly parts: readonly WebhookMessage[]
}

export function toWebhookBody(key: string, message: Message): WebhookBody {
  return { version: 1, ...toWebhookMessage(key, message) }
}

function toWebhookMessage(key: string, message: Message): WebhookMessage {
  const { observed, target } = message
  return {
    key,
    kind: message.kind,
    title: message.title,
    text: message.text,
    status: message.status,
    severity: message.severity,
    code: message.code ?? null,
    observed: observed === undefined ? null : { value: observed.value, unit: observed.unit ?? null },
    target: { id: target.id, name: target.name, address: target.address },
    incident: { id: message.incidentId, openedAt: toIso(message.openedAt) },
    at: toIso(message.at),
    runbook: message.runbook ?? null,
    link: message.link ?? null,
    parts: (message.parts ?? []).map((part) => toWebhookMessage(part.key, part.message)),
  }
}

function toIso(wall: number): string {
  return new Date(wall).toISOString()
}
