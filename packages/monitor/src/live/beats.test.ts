import { BEATS } from '@hale/contract'
import { describe, expect, it } from 'vitest'
import { Beats } from './beats.ts'

describe('Beats', () => {
  it('keeps the youngest, oldest first', () => {
    const beats = new Beats()
    for (let at = 1; at <= BEATS + 3; at += 1) beats.add({ at, status: 'healthy', durationMs: at / 3 })
    const list = beats.after(-Infinity)
    expect(list).toHaveLength(BEATS)
    expect(list[0]).toEqual([4, 'healthy', 1.33])
    expect(list.at(-1)).toEqual([BEATS + 3, 'healthy', 21])
    expect(beats.after(BEATS + 1)).toEqual(list.slice(-2))
    expect(beats.after(BEATS + 3)).toEqual([])
  })

  it('says null for what was not measured, and takes no observation twice', () => {
    const beats = new Beats()
    const beat = { at: 1_700_000_000_123, status: 'unhealthy', durationMs: undefined } as const
    beats.add(beat)
    beats.add(beat)
    expect(beats.after(-Infinity)).toEqual([[1_700_000_000_123, 'unhealthy', null]])
  })
})
