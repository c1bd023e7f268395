import type { Registrable, ResolvedRegistration } from './check.ts'
import { findConditionProblems } from './condition-problems.ts'
import { DEFAULTS, readDuration, resolveRegistration } from './defaults.ts'
import type { HealthOptions } from './health.ts'
import { findPlanProblems, type ScheduledMaintenance } from './maintenance-schedule.ts'
import { HealthSetupError, refuseUnknown, type Problem } from './misuse.ts'
import type { Service } from './report.ts'

/** The options of a registry that need to be looked at, with every default filled in. */
export interface ReadOptions {
  readonly service: Service | undefined
  readonly registrations: readonly ResolvedRegistration[]
  readonly maintenance: readonly ScheduledMaintenance[]
  readonly background: boolean
  readonly drainWaitMs: number
}

const FIELDS: readonly (keyof HealthOptions)[] = [
  'service',
  'checks',
  'maintenance',
  'mode',
  'drainWait',
  'logger',
  'clock',
  'random',
]

/** @throws {HealthSetupError} naming everything that is wrong. */
export function readOptions<Name extends string>(options: HealthOptions<Name>): ReadOptions {
  const problems: Problem[] = []
  const refuse = (field: string, message: string): void => void problems.push({ field, message })
  refuseUnknown(options, FIELDS, refuse)
  const { checks = {}, drainWait = DEFAULTS.drainWait, maintenance = [], mode = 'background', service } = options
  if (mode !== 'background' && mode !== 'on-request') {
    refuse('mode', `${String(mode)} is neither background nor on-request`)
  }
  if (service !== undefined && (typeof service.name !== 'string' || service.name === '')) {
    refuse('service', 'give it a name, such as { name: "orders", version: "1.4.2" }')
  }
  const drainWaitMs = readDuration(drainWait, 0, (message) => refuse('drainWait', message))
  const registrations = Object.entries<Registrable>(checks).map(([name, given]) =>
    resolveRegistration(name, given, problems),
  )
  problems.push(...findConditionProblems(registrations), ...findPlanProblems(maintenance, registrations))
  if (problems.length > 0) throw new HealthSetupError(problems)
  return {
    service: service && Object.freeze({ ...service }),
    registrations,
    maintenance,
    background: mode === 'background',
    drainWaitMs,
  }
}
