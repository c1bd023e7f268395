import { unhealthy } from 'hale'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aTarget } from '../../test/builders.ts'
import { describeCause } from './cause.ts'
import { firingMessage, resolvedMessage, updateMessage, type MessageSource } from './message.ts'
import { describeMoment, describeSpan } from './moment.ts'

const at = Date.UTC(2026, 10, 22, 14, 2, 11)

const target = aTarget({
  id: 'payments',
  address: 'https://admin:hunter2@payments.example/health?key=s3cret',
  policy: { failureThreshold: 3 },
  runbook: 'https://wiki.example/payments',
})

function source(changes: Partial<MessageSource> = {}): MessageSource {
  const result = unhealthy('CONNECTION_REFUSED', 'connect ECONNREFUSED 10.0.0.7:5432')
  return {
    target,
    incident: {
      id: '4-7',
      targetId: 'payments',
      severity: 'critical',
      openedAt: at,
      closedAt: undefined,
      component: 'postgres-main',
      code: 'CONNECTION_REFUSED',
      cause: 'postgres-main refused the connection',
    },
    state: { status: 'unhealthy', result: unhealthy('COMPONENT_UNHEALTHY', 'postgres-main'), consecutiveFailures: 3 },
    component: { name: 'postgres-main', result },
    now: at,
    publicUrl: 'https://hale.example/',
    ...changes,
  }
}

describe('messages', () => {
  it('names what fails, why, since when, and what to do', () => {
    const message = firingMessage(source())
    expect(message.title).toBe('payments: postgres-main refused the connection')
    expect(message.text.split('\n')).toEqual([
      'Unhealthy since 14:02 UTC.',
      'Cause: connect ECONNREFUSED 10.0.0.7:5432 (CONNECTION_REFUSED)',
      '3 failures in a row.',
      'Address: https://***@payments.example/health?key=***',
      'What to do: https://wiki.example/payments',
      'More: https://hale.example/targets/payments',
    ])
    expect(message).toMatchObject({ kind: 'firing', code: 'CONNECTION_REFUSED', severity: 'critical', openedAt: at })
  })

  it('names the target once when it is the cause itself', () => {
    const state = { ...source().state, result: unhealthy('CONNECTION_REFUSED', 'no') }
    expect(firingMessage(source({ component: undefined, state })).title).toBe('payments refused the connection')
  })

  it('says what it is now when the incident changes', () => {
    const now = at + 120_000
    const state = { ...source().state, status: 'degraded' as const }
    const message = updateMessage(source({ now, state }))
    expect(message.title).toBe('payments is now degraded: postgres-main refused the connection')
    expect(message.at).toBe(now)
  })

  it('says how long it lasted and what it was when it is over', () => {
    const state = { status: 'healthy' as const, result: { status: 'healthy' as const }, consecutiveFailures: 0 }
    const message = resolvedMessage(source({ now: at + 420_000, state, component: undefined }))
    expect(message.title).toBe('payments is healthy again after 7 min')
    expect(message.text).toContain('It lasted 7 min (14:02–14:09 UTC).')
    expect(message.text).toContain('It began with: postgres-main refused the connection')
    expect(message.status).toBe('healthy')
  })

  it('shows no credentials of the address', () => {
    const text = JSON.stringify(firingMessage(source()))
    expect(text).not.toContain('hunter2')
    expect(text).not.toContain('s3cret')
  })

  it('S4: whatever a target answered, a title is one line and the text has only the lines we wrote', () => {
    const foreign = fc.string({ unit: 'binary', maxLength: 600 })
    fc.assert(
      fc.property(foreign, foreign, foreign, (name, code, message) => {
        const component = { name, result: unhealthy(code, message) }
        const made = firingMessage(source({ component }))
        expect(made.title).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
        expect(made.title.length).toBeLessThanOrEqual(250)
        expect(made.text.split('\n')).toHaveLength(6)
        expect(made.text.length).toBeLessThan(3_100)
      }),
      { numRuns: 50 },
    )
  })
})

describe('describeCause', () => {
  it('adds the measured value', () => {
    const result = unhealthy('THRESHOLD_EXCEEDED', 'too full', { observed: { value: 93.123456789, unit: '%' } })
    expect(describeCause('disk', result)).toBe('disk is beyond its limit (93.1 %)')
  })

  it('falls back to the message, then to the code, then to the status', () => {
    expect(describeCause('queue', unhealthy('QUEUE_LAG', 'lag is 9 min'))).toBe('queue: lag is 9 min')
    expect(describeCause('it', { status: 'unhealthy', code: 'QUEUE_LAG' })).toBe('it reports QUEUE_LAG')
    expect(describeCause('it', { status: 'unhealthy' })).toBe('it is unhealthy')
  })
})

describe('moments', () => {
  it('names the day only when it is another one', () => {
    expect(describeMoment(at, at + 60_000)).toBe('14:02 UTC')
    expect(describeMoment(at, at + 86_400_000)).toBe('22 Nov 2026 14:02 UTC')
    expect(describeSpan(at, at + 10 * 3_600_000, at)).toBe('14:02–23 Nov 2026 00:02 UTC')
  })
})
