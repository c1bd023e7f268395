import type { Health, HealthOptions } from './health.ts'
import { Registry } from './registry.ts'

/**
 * Sets up an app's health checks and, in the background, starts them.
 *
 * @throws {HealthSetupError} naming everything that is wrong with the options, check by check and field by field.
 */
export function createHealth<Name extends string = never>(options: HealthOptions<Name> = {}): Health<Name> {
  return new Registry<Name>(options)
}
