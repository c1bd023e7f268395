import { describe, expect, it } from 'vitest'
import { toResult } from './to-result.ts'

describe('the parts of a result', () => {
  it('are held to what a check is held to (E7, E10)', () => {
    const result = toResult({
      status: 'unhealthy',
      checks: {
        odd: { status: 'weird' },
        none: 7,
        leaky: {
          status: 'unhealthy',
          message: 'postgres://u:hunter2@db',
          reason: 'password=hunter2',
          kind: 'db',
          since: 5,
        },
        wrong: { status: 'healthy', since: 'yesterday', impact: 'explodes', durationMs: Infinity, extra: 1 },
      },
    })
    expect(result.checks).toMatchObject({
      odd: { status: 'unknown', code: 'INVALID_RESULT' },
      none: { status: 'unknown', code: 'INVALID_RESULT' },
      leaky: { status: 'unhealthy', kind: 'db', since: 5 },
    })
    expect(result.checks?.['wrong']).toEqual({ status: 'healthy' })
    expect(JSON.stringify(result)).not.toContain('hunter2')
  })

  it('end at the fourth level, cycles too', () => {
    const part: { status: string; checks?: unknown } = { status: 'healthy' }
    part.checks = { part }
    const text = JSON.stringify(toResult(part))
    expect(text.match(/healthy/g)).toHaveLength(5)
  })

  it('are refused when they are no object', () => {
    for (const checks of [[], 'all', 1, null]) {
      expect(toResult({ status: 'healthy', checks })).toMatchObject({ status: 'unknown', code: 'INVALID_RESULT' })
    }
  })
})
