import { defineCheck, type DependencyCheck } from '../core/check.ts'
import { oneLine } from '../core/one-line.ts'
import { redact } from '../core/redact.ts'
import { degraded, healthy, unhealthy, unknown, type Result } from '../core/result.ts'
import { isFunction, isObject, textRule, type Rules } from '../core/rules.ts'
import { refuseMisuse } from './support/misuse.ts'

/** A breaker that says yes or no, as opossum's does. */
interface FlaggedBreaker {
  readonly opened: boolean
  readonly halfOpen: boolean
  readonly enabled?: boolean
}

/** A breaker that has a word for its state, or a number as cockatiel's: 0 closed, 1 open, 2 half open, 3 isolated. */
interface NamedBreaker {
  readonly state: string | number
}

/** A circuit breaker of opossum, cockatiel, mollitia or one's own, or a function that tells its state. */
export type CircuitBreaker = FlaggedBreaker | NamedBreaker | (() => string)

export interface CircuitBreakerOptions {
  /** How messages call what it protects. Default `the service behind it`. */
  readonly where?: string
}

const RULES: Rules<CircuitBreakerOptions> = { where: textRule }

/**
 * The state of a circuit breaker: what the app has found out about a dependency by using it. Costs nothing: no call is made,
 * one property is read per run.
 *
 * Observed: `closed`, `half-open` or `open`.
 *
 * Codes: `CIRCUIT_OPEN` is unhealthy, `CIRCUIT_HALF_OPEN` degraded, `INVALID_RESULT` a word that is not known.
 *
 * @throws {HealthSetupError} when it is not a breaker.
 */
export function circuitBreaker(breaker: CircuitBreaker, options: CircuitBreakerOptions = {}): DependencyCheck {
  const known = isFunction(breaker) || (isObject(breaker) && ('opened' in breaker || 'state' in breaker))
  refuseMisuse('circuit-breaker', options, RULES, {
    breaker: !known && 'has neither `opened` nor `state`, and is no function',
  })
  const { where = 'the service behind it' } = options
  return defineCheck({ kind: 'circuit-breaker', run: () => judge(stateOf(breaker), where) })
}

type BreakerState = 'closed' | 'half-open' | 'open'

function judge(state: BreakerState | Unknown, where: string): Result {
  if (typeof state === 'object') {
    const word = oneLine(redact(String(state.said)), 40)
    const message = `The breaker of ${where} says ${JSON.stringify(word)}, not closed, half-open or open. See its version.`
    return unknown('INVALID_RESULT', message)
  }
  const details = { observed: { value: state } }
  switch (state) {
    case 'closed':
      return healthy(`Calls to ${where} go through.`, details)
    case 'half-open':
      return degraded(
        'CIRCUIT_HALF_OPEN',
        `Calls to ${where} are tried again after failures. See whether they get through.`,
        details,
      )
    case 'open': {
      const message = `Calls to ${where} are refused after too many failures. See whether it works.`
      return unhealthy('CIRCUIT_OPEN', message, details)
    }
  }
}

const WORDS: Readonly<Record<string, BreakerState>> = {
  0: 'closed',
  1: 'open',
  2: 'half-open',
  3: 'open',
  closed: 'closed',
  disabled: 'closed',
  halfopen: 'half-open',
  halfopened: 'half-open',
  isolated: 'open',
  open: 'open',
  opened: 'open',
}

/** A word that is not known. */
interface Unknown {
  readonly said: unknown
}

function stateOf(breaker: CircuitBreaker): BreakerState | Unknown {
  if (typeof breaker === 'object' && 'opened' in breaker) {
    if (breaker.enabled === false) return 'closed'
    if (breaker.halfOpen) return 'half-open'
    return breaker.opened ? 'open' : 'closed'
  }
  const said = typeof breaker === 'function' ? breaker() : breaker.state
  const word = String(said)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
  return (Object.hasOwn(WORDS, word) ? WORDS[word] : undefined) ?? { said }
}
