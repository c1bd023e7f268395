import { afterEach, expect, it, vi } from 'vitest'
import { systemClock } from './clock.ts'

afterEach(() => void vi.restoreAllMocks())

it('E6: the system clock goes on when the wall clock is set back or forward', () => {
  const before = systemClock.now()
  for (const hours of [-1, 1]) {
    vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(2026, 0, 1) + hours * 3_600_000)
    expect(systemClock.now() - before).toBeGreaterThanOrEqual(0)
    expect(systemClock.now() - before).toBeLessThan(3_600_000)
  }
  expect(systemClock.wall()).toBe(Date.UTC(2026, 0, 1) + 3_600_000)
})
