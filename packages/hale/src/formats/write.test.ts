import { describe, expect, it } from 'vitest'
import type { Report } from '../core/report.ts'
import { STATUSES } from '../core/status.ts'
import { haleFormat } from './hale.ts'
import { healthJsonFormat } from './health-json.ts'
import { aspnetUiFormat } from './aspnet-ui.ts'
import { FORMATS } from './index.ts'
import { springBootFormat } from './spring-boot.ts'
import { negotiateFormat } from './negotiate.ts'

const AT = Date.UTC(2026, 10, 22, 14, 2, 3, 456)
const report: Report = {
  status: 'unhealthy',
  service: { name: 'orders', version: '1.4.2' },
  at: AT,
  checks: {
    database: {
      kind: 'postgres',
      status: 'unhealthy',
      code: 'CONNECTION_REFUSED',
      message: 'Nothing listens on 127.0.0.1:5432.',
      observed: { value: 1.5, unit: 'ms' },
      data: { pool: { idle: 0 } },
      since: AT - 60_000,
      checkedAt: AT - 1_000,
      ageMs: 1000.4,
      durationMs: 1.23456,
      consecutiveFailures: 6,
      impact: 'fails',
      reason: 'turned from healthy to unhealthy after 1 in a row',
      tags: ['ready'],
      runbook: 'https://wiki.example/db',
    },
    disk: { kind: 'disk', status: 'healthy', message: '61 % free' },
  },
}

describe('writing', () => {
  it('gives the full report in the order in which a person reads', () => {
    expect(haleFormat.write(report, { detail: true })).toBe(
      '{"status":"unhealthy","service":{"name":"orders","version":"1.4.2"},"at":"2026-11-22T14:02:03.456Z","checks":{' +
        '"database":{"status":"unhealthy","code":"CONNECTION_REFUSED","message":"Nothing listens on 127.0.0.1:5432.",' +
        '"observed":{"value":1.5,"unit":"ms"},"checkedAt":"2026-11-22T14:02:02.456Z","since":"2026-11-22T14:01:03.456Z",' +
        '"ageMs":1000,"durationMs":1.235,"consecutiveFailures":6,"impact":"fails","kind":"postgres",' +
        '"reason":"turned from healthy to unhealthy after 1 in a row","tags":["ready"],"data":{"pool":{"idle":0}},' +
        '"runbook":"https://wiki.example/db"},"disk":{"status":"healthy","message":"61 % free","kind":"disk"}}}',
    )
  })

  it('gives the draft’s fields in health+json', () => {
    expect(JSON.parse(healthJsonFormat.write(report, { detail: true }))).toEqual({
      status: 'fail',
      version: '1.4.2',
      serviceId: 'orders',
      time: '2026-11-22T14:02:03.456Z',
      checks: {
        database: [
          {
            componentType: 'datastore',
            status: 'fail',
            code: 'CONNECTION_REFUSED',
            output: 'Nothing listens on 127.0.0.1:5432.',
            observedValue: 1.5,
            observedUnit: 'ms',
            time: '2026-11-22T14:02:02.456Z',
            since: '2026-11-22T14:01:03.456Z',
            ageMs: 1000,
            durationMs: 1.235,
            consecutiveFailures: 6,
            impact: 'fails',
            kind: 'postgres',
            reason: 'turned from healthy to unhealthy after 1 in a row',
            tags: ['ready'],
            links: { runbook: 'https://wiki.example/db' },
            data: { pool: { idle: 0 } },
          },
        ],
        disk: [{ componentType: 'system', status: 'pass', message: '61 % free', kind: 'disk' }],
      },
    })
  })

  it.each([haleFormat, healthJsonFormat])('E10: without detail $name says the status and nothing else', ({ write }) => {
    for (const status of STATUSES) {
      const document: unknown = JSON.parse(write({ ...report, status }, { detail: false }))
      const words = Object.entries(document as object)
      expect(words.every(([key]) => key === 'status' || key === 'haleStatus')).toBe(true)
      expect(words.every(([, word]) => ['pass', 'warn', 'fail', status].includes(word as string))).toBe(true)
    }
  })

  it.each(FORMATS)('E10: without detail $name says the same whatever the report says besides', ({ write }) => {
    for (const status of STATUSES) {
      const bare: Report = { status, checks: {} }
      expect(write({ ...report, status, message: 'secret' }, { detail: false })).toBe(write(bare, { detail: false }))
      expect(write(bare, { detail: false }).length).toBeLessThan(7_000)
    }
  })

  it.each(FORMATS)('never throws on data that is not JSON, on cycles and on broken times: $name', ({ write }) => {
    const data: Record<string, unknown> = { big: 10n, nan: NaN, fn: () => 1, when: new Date(0) }
    data['self'] = data
    const check = { status: 'healthy', data, checkedAt: NaN, since: 1e99 } as const
    const written = write({ status: 'healthy', at: NaN, checks: { a: { ...check, checks: {} } } }, { detail: true })
    expect(written.length).toBeLessThan(12_000)
  })

  it.each([haleFormat, healthJsonFormat, springBootFormat, aspnetUiFormat])('makes data JSON: $name', ({ write }) => {
    const data = { big: 10n, nan: NaN, fn: () => 1, when: new Date(0) }
    const written = write({ status: 'healthy', checks: { a: { status: 'healthy', data } } }, { detail: true })
    expect(written).toContain('"big":"10","nan":"NaN","when":"1970-01-01T00:00:00.000Z"')
  })
})

describe('negotiateFormat', () => {
  it.each([
    [undefined, 'hale'],
    ['*/*', 'hale'],
    ['application/*', 'hale'],
    ['application/json', 'hale'],
    ['application/health+json', 'health+json'],
    ['Application/Health+JSON; charset=utf-8', 'health+json'],
    ['text/html, application/health+json;q=0.9, */*;q=0.8', 'health+json'],
    ['application/json, application/health+json;q=0.5', 'hale'],
    ['application/health+json;q=0', 'hale'],
    ['text/html', 'hale'],
    ['application/health+json;q=nonsense', 'hale'],
    ['application/health+json, application/json', 'health+json'],
    ['application/json, application/health+json', 'hale'],
    [`${'x/y,'.repeat(240)}application/json,application/health+json`, 'hale'],
    ['*/*, application/health+json', 'health+json'],
    ['application/json;q=0, */*', 'health+json'],
    ['application/*;q=0.2, application/health+json;q=0.1', 'hale'],
  ])('answers %s with %s', (accept, name) => {
    expect(negotiateFormat(accept, [haleFormat, healthJsonFormat]).name).toBe(name)
  })

  it('S9: reads no more of what is accepted than anybody says', () => {
    const accept = `${'x/y,'.repeat(300)}application/health+json`
    expect(negotiateFormat(accept, [haleFormat, healthJsonFormat]).name).toBe('hale')
  })

  it('answers with the only one there is, and takes a range of types for the one in it', () => {
    const text = { ...haleFormat, name: 'text', contentTypes: ['text/plain'] } as const
    expect(negotiateFormat('application/json', [text]).name).toBe('text')
    expect(negotiateFormat('text/*', [haleFormat, text]).name).toBe('text')
    expect(negotiateFormat('text/*;q=0.1, application/*', [text, haleFormat]).name).toBe('hale')
  })
})
