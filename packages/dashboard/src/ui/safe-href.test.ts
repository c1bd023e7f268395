import { expect, it } from 'vitest'
import { safeHref } from './safe-href.ts'

it('S4: only web addresses become links', () => {
  expect(safeHref('https://runbooks.example/db')).toBe('https://runbooks.example/db')
  for (const link of [
    null,
    '',
    'javascript:alert(1)',
    ' JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'tcp://a:1',
    '/relative',
    'vbscript:x',
  ]) {
    expect([link, safeHref(link)]).toEqual([link, undefined])
  }
})
