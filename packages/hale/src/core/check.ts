import type { Clock } from './clock.ts'
import type { Condition, When } from './condition.ts'
import type { Policy, PolicyOptions } from './policy.ts'
import type { Result } from './result.ts'
import { isFilled, isFunction, isObject, oneOf, optional, refuseOptions, required, type Rules } from './rules.ts'

/** What a check is given for one run. */
export interface CheckContext {
  /** Aborted when the run has timed out or the registry closes. A check that ignores it is answered for all the same (E3). */
  readonly signal: AbortSignal
  /** Time of this run; use it instead of `Date.now()` and `setTimeout`, so that the check can be tested. */
  readonly clock: Clock
  /** The name it is registered under. */
  readonly name: string
  /** Milliseconds this run may take. */
  readonly timeoutMs: number
  /** How many services asked each other on the way to this run; absent or 0: it began here. Send one more on (E12). */
  readonly hop?: number
}

/** Asks one thing one question. Throwing means unhealthy; anything that is not a {@link Result} reads `unknown` (E7). */
export type CheckFunction = (context: CheckContext) => Result | Promise<Result>

/**
 * Where the answer comes from. A `local` check looks at this process or machine only and may serve liveness;
 * a `dependency` check asks something that other replicas share, and must not: restarting the app would not mend it (E9, E17).
 */
export type Scope = 'local' | 'dependency'

/** A check: a function with a kind, a scope and the policy that suits it. Made by {@link defineCheck}. */
export interface Check<S extends Scope = Scope> {
  /** What sort of thing it asks: `postgres`, `http`, `disk`. Goes into reports and metrics as a label. */
  readonly kind: string
  readonly scope: S
  readonly run: CheckFunction
  /** Policy that suits this check; a registration's own policy goes before it. */
  readonly defaults?: PolicyOptions
  /** Releases what the check opened. Called once, when its registry closes. */
  readonly close?: () => void | Promise<void>
}

export type LocalCheck = Check<'local'>
export type DependencyCheck = Check<'dependency'>

const RULES: Rules<Check> = {
  kind: required("a word such as 'postgres'", isFilled),
  run: required('a function', isFunction),
  scope: oneOf('local', 'dependency'),
  defaults: optional('an object such as { every: "1m" }', isObject),
  close: optional('a function', isFunction),
}

/**
 * Makes a check. `scope` is `dependency` unless said otherwise, which is the safe side.
 *
 * @throws {HealthSetupError} when something is missing or not what it should be.
 */
export function defineCheck(options: Omit<Check, 'scope'> & { readonly scope: 'local' }): LocalCheck
export function defineCheck(options: Omit<Check, 'scope'> & { readonly scope?: 'dependency' }): DependencyCheck
export function defineCheck(options: Omit<Check, 'scope'> & { readonly scope?: Scope }): Check {
  refuseOptions(options as Check, RULES)
  return Object.freeze({ scope: 'dependency', ...options })
}

/** The probes an orchestrator asks: is it alive, can it serve, has it started. */
export type Probe = 'live' | 'ready' | 'startup'

interface RegistrationOptions extends PolicyOptions {
  /** Free words to filter by. Default: none. */
  readonly tags?: readonly string[]
  /** Address of the page that says what to do when this check fails. Default: none. */
  readonly runbook?: string
  /**
   * The check is asked only while this holds; otherwise it reads `skipped`, with the reason, and does not count. It is
   * looked at before each run, within the run's timeout. One that throws makes the check `unknown`. Default: always.
   */
  readonly when?: When
}

/** A local check with its policy; it may serve any probe. */
export interface LocalRegistration extends RegistrationOptions {
  readonly check: LocalCheck
  /** Which probes it counts for, besides `/health` itself. Default `['ready']`. */
  readonly probes?: readonly Probe[]
}

/** A dependency check or a plain function with its policy; it cannot serve liveness, and the compiler says so (E9). */
export interface DependencyRegistration extends RegistrationOptions {
  readonly check: DependencyCheck | CheckFunction
  /** Which probes it counts for, besides `/health` itself. Default `['ready']`. */
  readonly probes?: readonly Exclude<Probe, 'live'>[]
}

export type Registration = LocalRegistration | DependencyRegistration

/** What may stand under a name: a registration, a check with the policy that suits it, or a plain function. */
export type Registrable = Registration | LocalCheck | DependencyCheck | CheckFunction

/** A registration with every default filled in, frozen. */
export interface ResolvedRegistration {
  readonly name: string
  readonly check: Check
  readonly policy: Policy
  readonly probes: readonly Probe[]
  readonly tags: readonly string[]
  readonly runbook: string | undefined
  readonly when: Condition | undefined
}
