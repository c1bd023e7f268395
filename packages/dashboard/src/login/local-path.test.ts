import fc from 'fast-check'
import { expect, it } from 'vitest'
import { localPath } from './local-path.ts'

it('leads back to a page of this site, never to another', () => {
  expect(localPath('/targets/payments?x=1')).toBe('/targets/payments?x=1')
  for (const next of [
    undefined,
    '',
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '//',
    '/.//evil.example',
    '/login?next=/',
    'javascript:alert(1)',
  ]) {
    expect([next, localPath(next)]).toEqual([next, '/'])
  }
  fc.assert(
    fc.property(fc.string(), (next) => {
      expect(new URL(localPath(`/${next}`), 'https://hale.example').host).toBe('hale.example')
    }),
  )
})
