import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { largeWorld } from '../../../../test/dashboard/world.ts'
import { arrange } from './arrange.ts'
import { columns, layoutLines, linesBetween, totalHeight } from './lines.ts'

const targets = [...largeWorld(1_790_000_000_000, 2_000).targets.values()]
const sections = arrange(targets, { text: '', status: undefined, sortBy: 'worst', groupBy: 'group' })

describe('layoutLines', () => {
  it('lines follow one another without holes and hold every target once', () => {
    for (const density of ['cards', 'rows'] as const) {
      const lines = layoutLines(sections, density, 1_300, 16)
      for (const [index, line] of lines.entries()) {
        const before = lines[index - 1]
        expect(line.top).toBe(before === undefined ? 0 : before.top + before.height)
      }
      expect(new Set(lines.flatMap((line) => line.targets.map(({ id }) => id))).size).toBe(2_000)
      expect(new Set(lines.map(({ key }) => key)).size).toBe(lines.length)
    }
  })

  it('fits as many cards as there is room for, one at least', () => {
    expect([200, 336, 683, 684, 1_376].map((width) => columns(width, 16))).toEqual([1, 1, 1, 2, 3])
  })
})

describe('linesBetween', () => {
  const lines = layoutLines(sections, 'rows', 1_300, 16)

  it('M11: gives just the lines that touch the viewport', () => {
    const end = totalHeight(lines)
    fc.assert(
      fc.property(
        fc.double({ min: -2_000, max: end + 2_000, noNaN: true }),
        fc.integer({ min: 1, max: 4_000 }),
        (from, height) => {
          const expected = lines.filter((line) => line.top + line.height > from && line.top < from + height)
          expect(linesBetween(lines, from, from + height)).toEqual(expected)
        },
      ),
    )
    expect(linesBetween(lines, 10_000, 11_000).length).toBeLessThan(40)
  })
})
