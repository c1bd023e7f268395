import { describe, expect, it } from 'vitest'
import { suggest } from './suggest.ts'

const names = ['url', 'method', 'status', 'redirects', 'maxBodyBytes', 'degraded', 'unhealthy', 'ca']

describe('suggest', () => {
  it.each([
    ['ulr', 'url'],
    ['Url', 'url'],
    ['stauts', 'status'],
    ['degarded', 'degraded'],
    ['maxBodyByte', 'maxBodyBytes'],
    ['cas', 'ca'],
    ['expectStaus', 'status'],
    ['max_redirects', 'redirects'],
    ['unhealthyMs', 'unhealthy'],
  ])('takes %s for %s', (word, meant) => {
    expect(suggest(word, names)).toBe(meant)
  })

  it.each(['interval', 'x', 'timeoutInSeconds', '', 'a'.repeat(61)])('takes %s for none', (word) => {
    expect(suggest(word, names)).toBeUndefined()
  })

  it('prefers the nearest, and the whole word to a part of it', () => {
    expect(suggest('redirect', ['redirected', 'redirects'])).toBe('redirects')
    expect(suggest('bodyStatus', ['status', 'bodyState'])).toBe('bodyState')
  })
})
