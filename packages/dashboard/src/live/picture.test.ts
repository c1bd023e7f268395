import type { Beat, Overview } from '@hale/contract'
import { describe, expect, it } from 'vitest'
import { brokenWorld, healthyWorld } from '../../../../test/dashboard/world.ts'
import { reduce } from './picture.ts'

const at = 1_790_000_000_000
const overview = (
  now: number,
  targets: Overview['targets'] = [...healthyWorld(at).targets.values()],
  startedAt = 1,
): Overview => ({
  now,
  status: 'healthy',
  sentence: '',
  counts: {} as Overview['counts'],
  targets,
  monitor: { version: '1', startedAt, storage: 'ok' },
})
const first = reduce(undefined, { name: 'overview', data: overview(at) })!

describe('reduce', () => {
  it('takes changed targets in and leaves the others the same objects', () => {
    const { uptime, beats, checkedAt: _, durationMs: __, ...standing } = brokenWorld(at).targets.get('payments')!
    const delta = { id: 'payments', standing, uptime, beats: [[at + 1, 'unhealthy', 7] as Beat] }
    const { targets } = reduce(first, { name: 'targets', data: { ...overview(at + 1), targets: [delta] } })!
    expect(targets.get('payments')).toMatchObject({ ...standing, uptime, checkedAt: at + 1, durationMs: 7 })
    expect(targets.get('payments')?.beats).toHaveLength(beats.length)
    expect(targets.get('payments')?.beats.at(-1)).toEqual([at + 1, 'unhealthy', 7])
    expect(targets.get('orders')).toBe(first.targets.get('orders'))
    expect([...targets.keys()]).toEqual([...first.targets.keys()])
    expect(first.targets.get('payments')?.status).toBe('healthy')
  })

  it('drops targets that a whole overview no longer has', () => {
    const fewer = [...first.targets.values()].slice(1)
    expect(reduce(first, { name: 'overview', data: overview(at + 1, fewer) })?.targets.size).toBe(fewer.length)
  })

  it('ignores what is older than the picture', () => {
    expect(reduce(first, { name: 'overview', data: overview(at - 1, []) })).toBe(first)
    expect(reduce(first, { name: 'targets', data: { ...overview(at - 1), targets: [] } })).toBe(first)
  })

  it('E6: believes a restarted monitor whose clock was set back', () => {
    expect(reduce(first, { name: 'overview', data: overview(at - 3_600_000, [], 2) })?.targets.size).toBe(0)
  })

  it('needs an overview first', () => {
    expect(reduce(undefined, { name: 'targets', data: { ...overview(at), targets: [] } })).toBeUndefined()
  })

  it('waits for the overview to show a target that it knows only news of', () => {
    const delta = { id: 'nobody', beats: [] }
    expect(reduce(first, { name: 'targets', data: { ...overview(at + 1), targets: [delta] } })?.targets.size).toBe(14)
  })

  it('keeps incident news over the next overview', () => {
    const { events, ...incident } = brokenWorld(at).incidents[0]!
    expect(events).not.toEqual([])
    const told = reduce(first, { name: 'incident', data: incident })
    expect(reduce(told, { name: 'overview', data: overview(at + 1) })?.incident).toBe(incident)
  })
})
