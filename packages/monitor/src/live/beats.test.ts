import { describe, expect, it } from 'vitest'
import { BEATS, Beats } from './beats.ts'

describe('Beats', () => {
  it('keeps the youngest, oldest first', () => {
    const beats = new Beats()
    for (let at = 1; at <= BEATS + 3; at += 1) beats.add({ at, status: 'healthy', durationMs: at / 3 })
    const list = beats.list()
    expect(list).toHaveLength(BEATS)
    expect(list[0]).toEqual([4, 'healthy', 1.33])
    expect(list.at(-1)).toEqual([BEATS + 3, 'healthy', 21])
  })

  it('says null for what was not measured, and takes no observation twice', () => {
    const beats = new Beats()
    const beat = { at: 1_700_000_000_123, status: 'unhealthy', durationMs: undefined } as const
    beats.add(beat)
    beats.add(beat)
    expect(beats.list()).toEqual([[1_700_000_000_123, 'unhealthy', null]])
  })
})
