import fc from 'fast-check'
import { STATUSES } from 'hale'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readAnswer } from './health.ts'

const answer = (body: unknown, status = 200, truncated = false) =>
  readAnswer({
    status,
    contentType: 'application/json',
    location: undefined,
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    truncated,
  })

const haleDocument = (status: string, checks: object) => ({ status, at: '2026-11-22T10:00:00Z', checks })

describe('readAnswer', () => {
  it('makes a component of every check, with all that the document says of it', () => {
    const { result, document, components } = answer(
      haleDocument('healthy', {
        database: {
          status: 'healthy',
          observed: { value: 3, unit: 'ms' },
          durationMs: 3,
          impact: 'fails',
          runbook: 'https://wiki.example/db',
        },
        cache: { status: 'healthy' },
      }),
    )
    expect(result).toEqual({ status: 'healthy' })
    expect(document).toEqual({ format: 'hale', certainty: 'certain', problem: undefined })
    expect(components).toEqual([
      {
        name: 'database',
        result: { status: 'healthy', observed: { value: 3, unit: 'ms' } },
        durationMs: 3,
        impact: 'fails',
        runbook: 'https://wiki.example/db',
      },
      { name: 'cache', result: { status: 'healthy' }, durationMs: undefined, impact: undefined, runbook: undefined },
    ])
  })

  it("takes the document's status and names its worst component", () => {
    const checks = {
      cache: { status: 'degraded', code: 'SLOW', message: 'took 900 ms' },
      payments: { status: 'unhealthy', code: 'CONNECTION_REFUSED', message: 'Nothing listens at payments:80.' },
      audit: { status: 'unhealthy', impact: 'informs' },
    }
    expect(answer(haleDocument('unhealthy', checks), 503).result).toEqual({
      status: 'unhealthy',
      code: 'COMPONENT_UNHEALTHY',
      message: 'payments is unhealthy (CONNECTION_REFUSED): Nothing listens at payments:80.',
    })
    expect(answer(haleDocument('degraded', checks)).result).toMatchObject({
      status: 'degraded',
      code: 'COMPONENT_UNHEALTHY',
    })
    const { cache } = checks
    expect(answer(haleDocument('degraded', { cache })).result).toEqual({
      status: 'degraded',
      code: 'REPORTED_DEGRADED',
      message: 'cache is degraded (SLOW): took 900 ms.',
    })
  })

  it('names the child rather than the parent that is as bad because of it', () => {
    const checks = {
      db: { status: 'unhealthy', checks: { primary: { status: 'healthy' }, replica: { status: 'unhealthy' } } },
    }
    const { result, components } = answer(haleDocument('unhealthy', checks), 503)
    expect(components.map(({ name }) => name)).toEqual(['db', 'db/primary', 'db/replica'])
    expect(result.message).toBe('db/replica is unhealthy.')
  })

  it('lets the HTTP code speak, and says why, where no document can be read', () => {
    const html = answer('<!doctype html><p>Bad gateway', 502)
    expect(html.result).toMatchObject({ status: 'unhealthy', code: 'HTTP_STATUS' })
    expect(html.result.message).toContain('502')
    expect(html.result.message).toContain('HTML')
    expect(html.document.format).toBeUndefined()
    const cut = answer('{"status":"hea', 200, true)
    expect(cut.result.status).toBe('healthy')
    expect(cut.document.problem).toContain('cut off')
    expect(cut.result.message).toBe(cut.document.problem)
  })

  it.each([
    ['terminus-error.json', 503, 'terminus', ['database healthy', 'cache unhealthy', 'partner unhealthy']],
    ['godaddy-info.json', 200, 'godaddy', ['database healthy', 'cache healthy']],
    ['adonis-warning.json', 200, 'adonis', ['Database healthy', 'Queue degraded']],
    ['medicus-unhealthy.json', 503, 'medicus', ['database healthy', 'queue degraded', 'cache unhealthy']],
    ['cloudnative-down.json', 503, 'cloudnative', ['database healthy', 'cache unhealthy']],
    ['alexliesenfeld-down.json', 503, 'alexliesenfeld', ['database healthy', 'search unhealthy']],
    ['lightship-ready.txt', 200, 'lightship', []],
  ])('finds the components in what a real service answered: %s', (file, status, format, parts) => {
    const golden = new URL(`../../../hale/src/formats/golden/${file}`, import.meta.url)
    const { components, document } = answer(readFileSync(golden, 'utf8'), status)
    expect(document.format).toBe(format)
    expect(components.map(({ name, result }) => `${name} ${result.status}`)).toEqual(parts)
  })

  it('says why a component of a foreign document fails', () => {
    const golden = new URL('../../../hale/src/formats/golden/terminus-error.json', import.meta.url)
    expect(answer(readFileSync(golden, 'utf8'), 503).result).toEqual({
      status: 'unhealthy',
      code: 'COMPONENT_UNHEALTHY',
      message: 'cache is unhealthy: connect ECONNREFUSED 127.0.0.1:6379.',
    })
  })

  it('S9: whatever the bytes, there is a result of the closed set, and a bad one says why', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), fc.integer({ min: 200, max: 599 }), (body, status) => {
        const { result } = answer(body, status)
        expect(STATUSES).toContain(result.status)
        const explained = result.code !== undefined || ['healthy', 'maintenance', 'skipped'].includes(result.status)
        expect(explained).toBe(true)
      }),
    )
  })
})
