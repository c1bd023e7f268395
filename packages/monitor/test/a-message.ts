import type { Message } from '../src/model.ts'

/** A message that a test fills in with what it is about. */
export function aMessage(changes: Partial<Message> = {}): Message {
  return {
    kind: 'firing',
    incidentId: '7-1',
    target: { id: 'payments', name: 'payments', address: 'https://payments.example/health' },
    status: 'unhealthy',
    severity: 'critical',
    code: 'CONNECTION_REFUSED',
    title: 'payments: postgres-main refused the connection',
    text: 'Unhealthy since 14:02 UTC.\nAddress: https://payments.example/health',
    observed: undefined,
    runbook: undefined,
    at: Date.UTC(2026, 10, 22, 14, 2),
    openedAt: Date.UTC(2026, 10, 22, 14, 2),
    link: undefined,
    ...changes,
  }
}
