import type { Registrable, ResolvedRegistration } from './check.ts'
import { findConditionProblems } from './condition-problems.ts'
import { DEFAULTS, durationProblem, resolveRegistration } from './defaults.ts'
import { parseDuration } from './duration.ts'
import type { HealthOptions } from './health.ts'
import { findPlanProblems, type ScheduledMaintenance } from './maintenance-schedule.ts'
import { HealthSetupError, type Problem } from './misuse.ts'
import type { Service } from './report.ts'
import {
  findMisuse,
  isClock,
  isFilled,
  isFunction,
  isObject,
  loggerRule,
  oneOf,
  optional,
  required,
  textRule,
  within,
  type Rules,
} from './rules.ts'

/** The options of a registry that need to be looked at, with every default filled in. */
export interface ReadOptions {
  readonly service: Service | undefined
  readonly registrations: readonly ResolvedRegistration[]
  readonly maintenance: readonly ScheduledMaintenance[]
  readonly background: boolean
  readonly drainWaitMs: number
}

const RULES: Rules<HealthOptions> = {
  mode: oneOf('background', 'on-request'),
  service: within<Service>({ name: required('a name, such as "orders"', isFilled), version: textRule }),
  drainWait: (wait) => wait !== undefined && durationProblem(wait, 0),
  checks: optional('an object of checks by name', isObject),
  maintenance: optional('a list of maintenances', Array.isArray),
  logger: loggerRule,
  clock: optional('a clock', isClock),
  random: optional('a function', isFunction),
}

/** @throws {HealthSetupError} naming everything that is wrong. */
export function readOptions<Name extends string>(options: HealthOptions<Name>): ReadOptions {
  const problems: Problem[] = []
  findMisuse(options, RULES, (field, message) => problems.push({ field, message }))
  const { checks, drainWait = DEFAULTS.drainWait, maintenance, mode, service } = Object(options) as typeof options
  const planned = Array.isArray(maintenance) ? maintenance : []
  const registrations = Object.entries<Registrable>(checks ?? {}).map(([name, given]) =>
    resolveRegistration(name, given, problems),
  )
  problems.push(...findConditionProblems(registrations), ...findPlanProblems(planned, registrations))
  if (problems.length > 0) throw new HealthSetupError(problems)
  return {
    service: service && Object.freeze({ ...service }),
    registrations,
    maintenance: planned,
    background: mode !== 'on-request',
    drainWaitMs: parseDuration(drainWait) ?? 0,
  }
}
