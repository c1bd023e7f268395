import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isReadableUrl } from './readable-url.ts'

describe('isReadableUrl', () => {
  it.each([
    'https://shop.test/health',
    'https://u:p%25%2F%C3%A9@shop.test/100%/%zz?q=%zz#%zz', // only clients of stores decode the path, nobody the rest
    'mongodb://u:p%40@a,b:27017/shop?authSource=%zz',
    'redis:///0',
    'postgres://u:100%zz@db/shop',
    'nothing of the kind',
  ])('takes %s', (url) => {
    expect(isReadableUrl(url)).toBe(true)
  })

  it.each([
    'https://u:100%@shop.test/',
    'https://u:%zz@shop.test/',
    'https://%zz@shop.test/',
    'https:/u:%zz@shop.test/', // read as the one above
    'wss://u:%ff@shop.test/', // no UTF-8
    'postgres://u:%ff@db/shop',
    'mongodb://u:%zz@a,b:27017/shop',
    'amqp://mq.test/%zz',
    'mysql://db.test/%zz',
  ])('refuses %s', (url) => {
    expect(isReadableUrl(url)).toBe(false)
  })

  it('takes any login that was encoded, and says of any what decoding it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[%a-f0-9]{0,12}$/), (text, raw) => {
        expect(isReadableUrl(`mysql://u:${encodeURIComponent(text)}@db`)).toBe(true)
        expect(isReadableUrl(`mysql://u:${raw}@db`)).toBe(canDecode(raw))
      }),
    )
  })
})

function canDecode(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
