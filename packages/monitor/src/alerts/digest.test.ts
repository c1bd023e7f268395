import { unhealthy } from 'hale'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aMessage } from '../../test/a-message.ts'
import { aTarget } from '../../test/builders.ts'
import { toWebhookBody } from '../channels/webhook-body.ts'
import { firingMessage, type MessageSource } from '../incidents/message.ts'
import type { Message, Notification } from '../model.ts'
import { MOST_AT_ONCE } from './delivery.ts'
import { foldNotifications, toDigest, type DigestPart } from './digest.ts'

const t = (minutes: number): number => Date.UTC(2026, 10, 22, 14, minutes)

function part(
  name: string,
  incident: number,
  kind: 'firing' | 'update' | 'resolved',
  minutes: number,
  opened: number,
): DigestPart {
  const status = kind === 'resolved' ? 'healthy' : 'unhealthy'
  const says = kind === 'resolved' ? 'is healthy again' : 'did not answer in time'
  const message = aMessage({
    kind,
    incidentId: `${name}-${incident}`,
    target: { id: name, name, address: `https://${name}.example` },
    title: `${name} ${says}`,
    status,
    code: kind === 'resolved' ? undefined : 'TIMEOUT',
    severity: 'critical',
    at: t(minutes),
    openedAt: t(opened),
  })
  return { key: `${name}-${incident}:${minutes}:hook`, message }
}

describe('toDigest', () => {
  it('M4: tells what is over in the past tense and what goes on since when, in order', () => {
    const digest = toDigest([
      part('payments', 1, 'firing', 2, 2),
      part('orders', 1, 'firing', 5, 5),
      part('payments', 1, 'resolved', 9, 2),
    ])
    expect(digest).toMatchObject({
      kind: 'digest',
      status: 'unhealthy',
      target: { id: 'orders' },
      title:
        'payments was unhealthy for 7 min (14:02–14:09 UTC) and is healthy again; orders is unhealthy since 14:05 UTC',
      text: [
        'payments was unhealthy for 7 min (14:02–14:09 UTC) and is healthy again; it was TIMEOUT',
        'orders did not answer in time (since 14:05 UTC)',
      ].join('\n'),
      at: t(9),
      openedAt: t(2),
    })
  })

  it('M4: does not say healthy again of a target that failed again since', () => {
    const { title, status } = toDigest([
      part('payments', 1, 'firing', 2, 2),
      part('payments', 1, 'resolved', 3, 2),
      part('payments', 2, 'firing', 9, 9),
    ])
    expect(title).toBe('payments was unhealthy for 1 min (14:02–14:03 UTC); payments is unhealthy since 14:09 UTC')
    expect(status).toBe('unhealthy')
  })

  it('tells only the end of what was told before', () => {
    const digest = toDigest([part('payments', 1, 'resolved', 9, 2), part('orders', 3, 'resolved', 10, 2)])
    expect(digest.title).toBe('payments is healthy again; orders is healthy again')
    expect(digest.status).toBe('healthy')
  })

  it('counts what it has no room for, and leaves out what is long over first', () => {
    const over = Array.from({ length: 60 }, (_, i) => [
      part(`over-${i}`, 1, 'firing', i, i),
      part(`over-${i}`, 1, 'resolved', i + 1, i),
    ])
    const { title, text, parts } = toDigest([part('orders', 1, 'firing', 0, 0), ...over.flat()])
    expect(title).toBe('61 incidents, 1 not over: orders is unhealthy since 14:00 UTC')
    const lines = text.split('\n')
    expect(lines).toHaveLength(51)
    expect(lines.slice(0, 2)).toEqual(['11 more incidents, and:', 'orders did not answer in time (since 14:00 UTC)'])
    expect(lines[2]).toMatch(/^over-11 was/)
    expect(lines.at(-1)).toMatch(/^over-59 was/)
    expect(parts).toHaveLength(121)
  })

  it('M4: keeps every message with its key in order, names every target, and folding twice is folding once', () => {
    const parts = fc
      .array(fc.record({ target: fc.nat(3), steps: fc.integer({ min: 1, max: 3 }), skip: fc.boolean() }), {
        minLength: 2,
        maxLength: 8,
      })
      .map((incidents) =>
        incidents.flatMap(({ target, steps, skip }, index) =>
          (['firing', 'update', 'resolved'] as const)
            .slice(skip ? 1 : 0, skip ? steps + 1 : steps)
            .map((kind, step) => part(`t${target}`, index, kind, index * 4 + step, index * 4)),
        ),
      )
      .filter((all) => all.length >= 2)
    fc.assert(
      fc.property(parts, fc.nat(), (all, cut) => {
        const digest = toDigest(all)
        expect(digest.parts).toEqual(all)
        for (const { message } of all) expect(digest.text).toContain(message.target.name)
        expect(digest.text.split('\n')).toHaveLength(new Set(all.map(({ message }) => message.incidentId)).size)

        const open = new Map<string, Message>()
        for (const { message } of all) {
          if (message.kind === 'resolved') open.delete(message.incidentId)
          else open.set(message.incidentId, message)
        }
        expect(digest.status === 'healthy').toBe(open.size === 0)

        const at = 1 + (cut % (all.length - 1))
        const folded = { key: 'folded', message: toDigest(all.slice(0, at)) }
        expect(toDigest([folded, ...all.slice(at)])).toEqual(digest)
      }),
    )
  })
})

describe('the largest digest', () => {
  it('S9: is bounded, whatever the targets answered', () => {
    const long = 'x'.repeat(5_000)
    const source: MessageSource = {
      target: aTarget({
        id: 'x'.repeat(200),
        name: long,
        address: `https://${long}.example`,
        runbook: `https://hale.example/${'x'.repeat(1_900)}`,
      }),
      incident: {
        id: '4294967295-4294967295',
        targetId: 'x'.repeat(200),
        severity: 'critical',
        openedAt: t(0),
        closedAt: undefined,
        component: long,
        code: 'TIMEOUT',
        cause: long,
      },
      state: { status: 'unhealthy', result: unhealthy('TIMEOUT', long), consecutiveFailures: 3 },
      component: { name: long, result: unhealthy('TIMEOUT', long) },
      now: t(1),
      publicUrl: 'https://hale.example',
    }
    const parts = Array.from({ length: MOST_AT_ONCE }, (_, i): DigestPart => {
      const message = firingMessage({ ...source, incident: { ...source.incident, id: `${source.incident.id}${i}` } })
      return { key: `${message.incidentId}:1:hook`, message }
    })
    const body = JSON.stringify(toWebhookBody('key', toDigest(parts)))
    expect(body.length).toBeGreaterThan(100_000)
    expect(body.length).toBeLessThan(400_000)
  })
})

describe('foldNotifications', () => {
  it('takes the place of the youngest, under a key of its own', () => {
    const notifications = [part('payments', 1, 'firing', 2, 2), part('payments', 1, 'resolved', 9, 2)].map(
      ({ key, message }, index): Notification => ({
        key,
        message,
        incidentId: message.incidentId,
        n: index + 1,
        channel: 'hook',
        status: 'pending',
        tries: 1,
        nextAt: 0,
        ambiguous: false,
        createdAt: message.at,
        deliveredAt: undefined,
        foldedInto: undefined,
      }),
    )
    const digest = foldNotifications(notifications)
    expect(digest).toMatchObject({ key: 'payments-1:9:hook:digest', n: 2, channel: 'hook', createdAt: t(9) })
    expect(digest.message.parts?.map(({ key }) => key)).toEqual(['payments-1:2:hook', 'payments-1:9:hook'])
  })
})
