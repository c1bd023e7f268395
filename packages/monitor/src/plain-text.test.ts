import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainText } from './plain-text.ts'

describe('plainText', () => {
  it('S4: foreign text becomes one bounded, well-formed line without control or reordering characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 150 }), fc.integer({ min: 2, max: 80 }), (text, limit) => {
        const line = plainText(text, limit)
        expect(line.length).toBeLessThanOrEqual(limit)
        expect(line.isWellFormed()).toBe(true)
        expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069\u200B\uFEFF]/u)
        expect(plainText(line, limit)).toBe(line)
      }),
    )
  })

  it('keeps words in any script and joined emoji', () => {
    expect(plainText('  größe 数据\tمرحبا 👩‍🚒 ', 80)).toBe('größe 数据 مرحبا 👩‍🚒')
  })

  it('cuts before a character, never through it', () => {
    expect(plainText('aaa👍👍👍', 5)).toBe('aaa…')
    expect(plainText('a'.repeat(100_000), 5)).toBe('aaaa…')
  })
})
