import { describe, expect, it } from 'vitest'
import { brokenWorld } from '../../../../test/dashboard/world.ts'
import { arrange, countByStatus, matcher, type Arrangement } from './arrange.ts'

const now = 1_790_000_000_000
const targets = [...brokenWorld(now).targets.values()]
const all: Arrangement = { text: '', status: undefined, sortBy: 'worst', groupBy: 'group' }
const shape = (arrangement: Partial<Arrangement>): Record<string, string[]> =>
  Object.fromEntries(
    arrange(targets, { ...all, ...arrangement }).map(({ title, targets }) => [title, targets.map(({ id }) => id)]),
  )

describe('arrange', () => {
  it('puts what needs attention first and nothing twice', () => {
    const sections = arrange(targets, all)
    expect(sections.map(({ title }) => title)).toEqual(['Needs attention', 'platform', 'public', 'shop'])
    expect(sections[0]?.targets.map(({ id }) => id)).toEqual(['payments', 'orders', 'search'])
    expect(sections[3]?.elsewhere).toBe(3)
    const ids = sections.flatMap((section) => section.targets.map(({ id }) => id))
    expect(new Set(ids).size).toBe(targets.length)
  })

  it('leaves everything in its place when sorted otherwise', () => {
    expect(shape({ sortBy: 'name', groupBy: 'none' })['Targets']?.slice(0, 3)).toEqual([
      'cart-events',
      'docs-example-com',
      'identity',
    ])
    expect(Object.keys(shape({ sortBy: 'slowest' }))).toEqual(['platform', 'public', 'shop'])
  })

  it('filters by every word, wherever it stands, and by status', () => {
    expect(shape({ text: 'POSTGRES refused' })).toEqual({ 'Needs attention': ['payments'] })
    expect(shape({ text: 'shop unhealthy', groupBy: 'none' })).toEqual({ 'Needs attention': ['payments', 'orders'] })
    expect(shape({ status: 'maintenance' })).toEqual({ platform: ['mail-relay'] })
    expect(targets.filter(matcher({ text: '  ', status: undefined }))).toHaveLength(targets.length)
    expect(arrange(targets, { ...all, text: 'no such thing' })).toEqual([])
  })

  it('counts statuses, worst first', () => {
    expect(countByStatus(targets)).toEqual([
      ['unhealthy', 2],
      ['degraded', 1],
      ['maintenance', 1],
      ['healthy', 10],
    ])
  })
})
