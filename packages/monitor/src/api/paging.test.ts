import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pageByTime } from './paging.ts'

describe('pageByTime', () => {
  it('shows every item once, whatever share an instant', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(8), { maxLength: 40 }),
        fc.integer({ min: 1, max: 10 }),
        async (times, limit) => {
          const all = times.toSorted((a, b) => b - a).map((at, index) => ({ at, index }))
          const seen: unknown[] = []
          for (let before: number | null = Infinity; before !== null;) {
            const older = all.filter(({ at }) => at < (before ?? 0))
            const page = await pageByTime(
              (most) => Promise.resolve(older.slice(0, most)),
              ({ at }) => at,
              limit,
            )
            seen.push(...page.items)
            before = page.next
          }
          expect(seen).toEqual(all)
        },
      ),
    )
  })
})
