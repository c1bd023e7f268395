import { describe, expect, it } from 'vitest'
import { loadPeer, placeOfUrl } from './peer.ts'

describe('loadPeer', () => {
  it('says what to install when the package is not there', async () => {
    const name = 'no-such-package-of-anyone'
    await expect(loadPeer(name, () => import(name))).rejects.toThrow(`Run: npm install ${name}`)
  })

  it('passes on what the package exports, and what it throws', async () => {
    await expect(loadPeer('pg', () => import('pg'))).resolves.toHaveProperty('default.Pool')
    await expect(loadPeer('x', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  })
})

describe('placeOfUrl', () => {
  it.each([
    ['postgres://user:secret@db.internal:5432/shop?sslmode=require', 'db.internal:5432/shop'],
    ['redis://:secret@cache', 'cache'],
    ['https://[::1]:8443/', '[::1]:8443'],
    ['no url, password=secret', undefined],
    ['redis://', undefined],
  ])('names %s without who goes there', (url, place) => {
    expect(placeOfUrl(url)).toBe(place)
  })
})
