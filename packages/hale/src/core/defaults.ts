import { defineCheck, type Check, type CheckFunction, type Probe, type Registrable, type Scope } from './check.ts'
import type { LocalRegistration, ResolvedRegistration } from './check.ts'
import { toCondition } from './condition.ts'
import { formatDuration, parseDuration, type Duration } from './duration.ts'
import { show, type Problem } from './misuse.ts'
import type { Impact, Policy, PolicyOptions } from './policy.ts'
import { findMisuse, isFunction, isObject, isText, isWhole, oneOf, optional, type Rule, type Rules } from './rules.ts'

interface Defaults extends Required<Omit<PolicyOptions, 'staleAfter' | 'impact'>> {
  readonly staleAfterMs: (everyMs: number, timeoutMs: number) => number
  readonly impact: (scope: Scope) => Impact
  readonly probes: readonly Probe[]
  readonly drainWait: Duration
}

/** Every default of a policy, a registration and a registry, and nowhere else. The reasons stand at the options. */
export const DEFAULTS: Defaults = Object.freeze({
  every: '10s',
  timeout: '1s',
  initialDelay: 0,
  jitter: 0.1,
  failureThreshold: 1,
  successThreshold: 1,
  staleAfterMs: (everyMs: number, timeoutMs: number) => 3 * everyMs + timeoutMs,
  impact: (scope: Scope) => (scope === 'local' ? 'fails' : 'degrades'),
  probes: Object.freeze<Probe[]>(['ready']),
  drainWait: '5s',
})

// A timer of more than 2^31 - 1 ms fires at once in every JavaScript runtime.
const LONGEST_MS = 2 ** 31 - 1
const NO_TAGS: readonly string[] = Object.freeze([])
const PROBES: readonly unknown[] = ['live', 'ready', 'startup'] satisfies Probe[]
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

const thresholdRule = optional('a whole number from 1 to 100', (count) => isWhole(count, 1, 100))

const durationRule: Rule = (value) => value !== undefined && durationProblem(value, 1)

const RULES: Rules<LocalRegistration> = {
  check: (check) => toCheck(check) === undefined && `${show(check)} is neither a check nor a function`,
  every: durationRule,
  timeout: durationRule,
  initialDelay: (value) => value !== undefined && durationProblem(value, 0),
  jitter: optional('from 0 to 1', (jitter) => typeof jitter === 'number' && jitter >= 0 && jitter <= 1),
  failureThreshold: thresholdRule,
  successThreshold: thresholdRule,
  staleAfter: durationRule,
  impact: oneOf('fails', 'degrades', 'informs'),
  probes(probes = DEFAULTS.probes, { check }) {
    if (!Array.isArray(probes) || !probes.every((probe) => PROBES.includes(probe))) {
      return `${show(probes)} is not a list of ${PROBES.join(', ')}`
    }
    const local = "a function that looks at this process only says so: defineCheck({ kind, scope: 'local', run })"
    return (
      probes.includes('live') &&
      toCheck(check)?.scope !== 'local' &&
      `a dependency cannot serve liveness: restarting this app would not mend it; ${local}`
    )
  },
  tags: optional('a list of words', (tags) => Array.isArray(tags) && tags.every(isText)),
  runbook: optional('an address', isText),
  when: (when) =>
    when !== undefined &&
    toCondition(when) === undefined &&
    `${show(when)} is neither a condition, nor a function, nor true or false`,
}

/**
 * Fills in the defaults of one registration: the registration's own policy, else the check's, else {@link DEFAULTS}.
 * Whatever is wrong is added to `problems`; the result is to be used only if there are none.
 */
export function resolveRegistration(name: string, given: Registrable, problems: Problem[]): ResolvedRegistration {
  const refuse = (field: string, message: string): void => void problems.push({ check: name, field, message })
  if (!NAME.test(name)) refuse('name', 'use 1 to 64 letters, digits, "_", "-" or ".", the first a letter or digit')

  const registration = isRegistration(given) ? given : { check: given }
  // As with { ...postgres(pool), every: '1m' }: it would be passed over in silence.
  const inside = isObject(registration.check) ? Object.keys(registration.check) : []
  for (const field of inside) {
    if (Object.hasOwn(RULES, field)) refuse(field, `stands beside a check, not in it: { check, ${field} }`)
  }
  const check = toCheck(registration.check) ?? NO_CHECK
  const options = { ...check.defaults, ...withoutUndefined(registration) } as Partial<LocalRegistration>
  findMisuse(options, RULES, refuse)
  const { probes = DEFAULTS.probes, runbook, tags = NO_TAGS } = options
  return Object.freeze({
    name,
    check,
    policy: resolvePolicy(options, check.scope, refuse),
    probes: listOf(probes, DEFAULTS.probes),
    tags: listOf(tags, NO_TAGS),
    runbook,
    when: toCondition(options.when),
  })
}

/** What is wrong with a duration of the setup; false when nothing is. */
export function durationProblem(value: unknown, leastMs: number): string | false {
  const ms = parseDuration(value)
  const fits = ms !== undefined && ms >= leastMs && ms <= LONGEST_MS
  return !fits && `${show(value)} is not a duration from ${leastMs} ms to 24 d, such as 500 or "10s"`
}

/** What is no policy was refused before. */
function resolvePolicy(options: PolicyOptions, scope: Scope, refuse: (field: string, message: string) => void): Policy {
  const duration = (field: 'every' | 'timeout' | 'initialDelay'): number =>
    parseDuration(options[field] ?? DEFAULTS[field]) ?? 1
  const [everyMs, timeoutMs] = [duration('every'), duration('timeout')]
  const { impact, jitter, failureThreshold, successThreshold, staleAfter } = options
  const staleAfterMs = parseDuration(staleAfter) ?? DEFAULTS.staleAfterMs(everyMs, timeoutMs)
  if (timeoutMs > staleAfterMs) {
    refuse(
      'timeout',
      `${formatDuration(timeoutMs)} is longer than an answer is believed (${formatDuration(staleAfterMs)})`,
    )
  }
  if (everyMs > staleAfterMs) {
    refuse('staleAfter', `${formatDuration(staleAfterMs)} is over before the next run (${formatDuration(everyMs)})`)
  } else if (staleAfter === undefined && staleAfterMs > LONGEST_MS && everyMs <= LONGEST_MS) {
    refuse('every', `${formatDuration(everyMs)} is too long for staleAfter to be told from it: give staleAfter`)
  }
  return Object.freeze({
    everyMs,
    timeoutMs,
    initialDelayMs: duration('initialDelay'),
    jitter: jitter ?? DEFAULTS.jitter,
    failureThreshold: failureThreshold ?? DEFAULTS.failureThreshold,
    successThreshold: successThreshold ?? DEFAULTS.successThreshold,
    staleAfterMs,
    impact: impact ?? DEFAULTS.impact(scope),
  })
}

function isRegistration(given: Registrable): given is Extract<Registrable, { readonly check: unknown }> {
  return isObject(given) && 'check' in given
}

function toCheck(given: unknown): Check | undefined {
  if (typeof given === 'function') {
    return Object.freeze<Check>({ kind: 'custom', scope: 'dependency', run: given as CheckFunction })
  }
  return isObject(given) && isFunction(given['run']) ? (given as unknown as Check) : undefined
}

const NO_CHECK: Check = defineCheck({ kind: 'none', run: () => ({ status: 'unknown' }) })

function withoutUndefined<Fields extends object>(fields: Fields): Partial<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Fields>
}

function listOf<T>(given: readonly T[], shared: readonly T[]): readonly T[] {
  return given === shared ? shared : Object.freeze(Array.isArray(given) ? [...(given as readonly T[])] : [])
}
