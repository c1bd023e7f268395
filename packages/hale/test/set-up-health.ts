import { vi } from 'vitest'
import { createHealth } from '../src/core/create-health.ts'
import type { HealthOptions, Transition } from '../src/core/health.ts'
import { createFakeClock } from '../src/testing/fake-clock.ts'

/** A registry on a clock that stands still; without jitter, so that runs fall on whole periods. */
export function setUp<Name extends string>(options: HealthOptions<Name>) {
  const clock = createFakeClock()
  const logger = { error: vi.fn<(message: string, error: unknown) => void>() }
  const health = createHealth({ clock, logger, random: () => 0, ...options })
  const transitions: Transition[] = []
  health.on('transition', (transition) => transitions.push(transition))
  return { clock, health, logger, transitions }
}
