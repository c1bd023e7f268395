import { describe, expect, it } from 'vitest'
import { describeCause } from './cause.ts'

describe('the cause of an incident, as a clause', () => {
  it.each([
    ['a code that is known', { code: 'CONNECTION_REFUSED', message: 'ECONNREFUSED' }, 'refused the connection'],
    [
      'what the service itself says',
      { code: 'REPORTED_UNHEALTHY', message: 'no room left.' },
      'says that it is unhealthy: no room left',
    ],
    [
      'which HTTP status it was, not how long that took',
      { code: 'HTTP_STATUS', message: 'The HTTP code is 404.', observed: { value: 12, unit: 'ms' } },
      'answered with an unexpected HTTP status: The HTTP code is 404',
    ],
    ['no words of its own', { code: 'REPORTED_UNHEALTHY' }, 'says that it is unhealthy'],
    ['a code of its own', { code: 'NO_ROOM' }, 'reports NO_ROOM'],
    ['nothing', {}, 'is unhealthy'],
  ])('from %s', (_what, said, clause) => {
    expect(describeCause('disk', { status: 'unhealthy', ...said })).toBe(`disk ${clause}`)
  })

  it('S4: stays one line of plain text, whatever the service says', () => {
    const message = `\u202Eevil\r\n<b>${'x'.repeat(1_000)}`
    const said = describeCause('disk', { status: 'unhealthy', code: 'REPORTED_UNHEALTHY', message })
    expect(said).not.toMatch(/[\r\n\u202E]/u)
    expect(said.length).toBeLessThanOrEqual(200)
  })
})
