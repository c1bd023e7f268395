import { describe, expect, it } from 'vitest'
import { healthy, unhealthy } from '../core/result.ts'
import { unreadable } from './unreadable.ts'

describe('unreadable', () => {
  it.each([
    'Nothing listens at db:5432 (ECONNREFUSED). Start the service, or correct host and port.',
    '2 jobs wait in the queue mails, limit 1. See whether workers run…?',
    'https://shop.test/health says degraded: Größe (postgres://app:***@db). See there.',
    '_cluster/health at db answered in 2.1 ms.',
  ])('takes %s', (message) => {
    expect(unreadable(unhealthy('DOWN', message))).toBeUndefined()
  })

  it.each([
    ['', /no message/],
    ['It is\ndown.', /line break/],
    ['\u001b[31mIt\u001b[0m is down.', /control character/],
    ['It is  down.', /spaces/],
    [' It is down.', /spaces/],
    ['It is undefined.', /value that is none/],
    ['It is [object Object].', /value that is none/],
    ['Error: x at run (file:///app/x.ts:1:2).', /a stack/],
    ['It is down.. See there.', /twice/],
    ['postgres://app:secret@db is down.', /password/],
    [`It is ${'very '.repeat(50)}down.`, /characters, more than 250/],
    ['It is down', /end as a sentence/],
    [': it is down.', /begin with a word/],
  ])('complains of %j', (message, complaint) => {
    expect(unreadable(unhealthy('DOWN', message))).toMatch(complaint)
  })

  it('needs no message where all is well', () => {
    expect(unreadable(healthy())).toBeUndefined()
  })
})
