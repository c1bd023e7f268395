import { defineCheck, type Check, type CheckFunction, type Probe, type Registrable, type Scope } from './check.ts'
import type { ResolvedRegistration } from './check.ts'
import { toCondition } from './condition.ts'
import { formatDuration, parseDuration, type Duration } from './duration.ts'
import { refuseUnknown, show, type Problem } from './misuse.ts'
import type { Impact, Policy, PolicyOptions } from './policy.ts'

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
const IMPACTS: ReadonlySet<unknown> = new Set<Impact>(['fails', 'degrades', 'informs'])
const PROBES: ReadonlySet<unknown> = new Set<Probe>(['live', 'ready', 'startup'])
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const FIELDS: readonly string[] = [
  'check',
  'every',
  'timeout',
  'initialDelay',
  'jitter',
  'failureThreshold',
  'successThreshold',
  'staleAfter',
  'impact',
  'probes',
  'tags',
  'runbook',
  'when',
]

/**
 * Fills in the defaults of one registration: the registration's own policy, else the check's, else {@link DEFAULTS}.
 * Whatever is wrong is added to `problems`; the result is to be used only if there are none.
 */
export function resolveRegistration(name: string, given: Registrable, problems: Problem[]): ResolvedRegistration {
  const refuse = (field: string, message: string): void => void problems.push({ check: name, field, message })
  if (!NAME.test(name)) refuse('name', 'use 1 to 64 letters, digits, "_", "-" or ".", the first a letter or digit')

  const fields: PolicyOptions & Readonly<Record<string, unknown>> = isRegistration(given) ? { ...given } : {}
  refuseUnknown(fields, FIELDS, refuse)
  const asked = isRegistration(given) ? given.check : given
  const check = toCheck(asked)
  if (check === undefined) refuse('check', `${show(asked)} is neither a check nor a function`)
  const scope = check?.scope ?? 'dependency'

  const probes = fields['probes'] ?? DEFAULTS.probes
  if (!Array.isArray(probes) || !probes.every((probe) => PROBES.has(probe))) {
    refuse('probes', `${show(probes)} is not a list of live, ready, startup`)
  } else if (scope === 'dependency' && probes.includes('live')) {
    const local = "a function that looks at this process only says so: defineCheck({ kind, scope: 'local', run })"
    refuse('probes', `a dependency cannot serve liveness: restarting this app would not mend it; ${local}`)
  }
  const tags = fields['tags'] ?? NO_TAGS
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string')) refuse('tags', 'is not a list of words')
  const { runbook } = fields
  if (runbook !== undefined && typeof runbook !== 'string') refuse('runbook', `${show(runbook)} is not an address`)
  const when = toCondition(fields['when'])
  if (fields['when'] !== undefined && when === undefined) {
    refuse('when', `${show(fields['when'])} is neither a condition, nor a function, nor true or false`)
  }

  return Object.freeze({
    name,
    check: check ?? NO_CHECK,
    policy: resolvePolicy({ ...check?.defaults, ...withoutUndefined(fields) }, scope, refuse),
    probes: probes === DEFAULTS.probes ? DEFAULTS.probes : Object.freeze([...(probes as readonly Probe[])]),
    tags: tags === NO_TAGS ? NO_TAGS : Object.freeze([...(tags as readonly string[])]),
    runbook: runbook as string | undefined,
    when,
  })
}

/** Reads a duration of the setup, or refuses it. */
export function readDuration(value: unknown, leastMs: number, refuse: (message: string) => void): number {
  const ms = parseDuration(value)
  if (ms !== undefined && ms >= leastMs && ms <= LONGEST_MS) return ms
  refuse(`${show(value)} is not a duration from ${leastMs} ms to 24 d, such as 500 or "10s"`)
  return leastMs
}

function resolvePolicy(options: PolicyOptions, scope: Scope, refuse: (field: string, message: string) => void): Policy {
  const duration = (field: 'every' | 'timeout' | 'initialDelay' | 'staleAfter', fallback: unknown, leastMs: number) =>
    readDuration(options[field] ?? fallback, leastMs, (message) => refuse(field, message))
  const threshold = (field: 'failureThreshold' | 'successThreshold'): number => {
    const value = options[field] ?? DEFAULTS[field]
    if (!Number.isInteger(value) || value < 1 || value > 100)
      refuse(field, `${show(value)} is not a whole number from 1 to 100`)
    return value
  }

  const everyMs = duration('every', DEFAULTS.every, 1)
  const timeoutMs = duration('timeout', DEFAULTS.timeout, 1)
  const staleAfterMs = duration('staleAfter', DEFAULTS.staleAfterMs(everyMs, timeoutMs), 1)
  if (timeoutMs > staleAfterMs) {
    refuse(
      'timeout',
      `${formatDuration(timeoutMs)} is longer than an answer is believed (${formatDuration(staleAfterMs)})`,
    )
  }
  if (everyMs > staleAfterMs) {
    refuse('staleAfter', `${formatDuration(staleAfterMs)} is over before the next run (${formatDuration(everyMs)})`)
  }
  const jitter = options.jitter ?? DEFAULTS.jitter
  if (typeof jitter !== 'number' || !(jitter >= 0 && jitter <= 1))
    refuse('jitter', `${show(jitter)} is not from 0 to 1`)
  const impact = options.impact ?? DEFAULTS.impact(scope)
  if (!IMPACTS.has(impact)) refuse('impact', `${show(impact)} is none of fails, degrades, informs`)

  return Object.freeze({
    everyMs,
    timeoutMs,
    initialDelayMs: duration('initialDelay', DEFAULTS.initialDelay, 0),
    jitter,
    failureThreshold: threshold('failureThreshold'),
    successThreshold: threshold('successThreshold'),
    staleAfterMs,
    impact,
  })
}

function isRegistration(given: Registrable): given is Extract<Registrable, { readonly check: unknown }> {
  return typeof given === 'object' && given !== null && 'check' in given
}

function toCheck(given: Check | CheckFunction): Check | undefined {
  if (typeof given === 'function') return Object.freeze<Check>({ kind: 'custom', scope: 'dependency', run: given })
  return typeof given === 'object' && given !== null && typeof given.run === 'function' ? given : undefined
}

const NO_CHECK: Check = defineCheck({ kind: 'none', run: () => ({ status: 'unknown' }) })

function withoutUndefined(fields: PolicyOptions): PolicyOptions {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
