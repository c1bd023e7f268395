import type { Duration } from './duration.ts'

/**
 * What a check's failure does to the whole.
 *
 * - `fails`: the whole is unhealthy with it
 * - `degrades`: the whole is at worst degraded
 * - `informs`: it is shown and counted, and changes nothing
 */
export type Impact = 'fails' | 'degrades' | 'informs'

/** How often a check is asked and how its answers are believed, as a user writes it. */
export interface PolicyOptions {
  /** Time from the start of one run to the start of the next; also how long an answer is fresh. Default `10s`. */
  readonly every?: Duration
  /** Time one run may take. Default `1s`, the kubelet's own. */
  readonly timeout?: Duration
  /** Time to wait before the first run in the background. Default 0. */
  readonly initialDelay?: Duration
  /** Share of `every` (0 to 1) by which the first run is put off at random, so that checks do not march in step. Default 0.1. */
  readonly jitter?: number
  /** Consecutive worse results before the state turns worse (1 to 100). Default 1. */
  readonly failureThreshold?: number
  /** Consecutive better results before the state turns better (1 to 100). Default 1. */
  readonly successThreshold?: number
  /** Age after which an answer is no longer believed. Default: three times `every`, plus `timeout`. */
  readonly staleAfter?: Duration
  /** What its failure does to the whole. Default: `fails` for a local check, `degrades` for a dependency (E17). */
  readonly impact?: Impact
}

/** The part of a policy that the pure evaluation needs. */
export interface EvaluationPolicy {
  readonly failureThreshold: number
  readonly successThreshold: number
  readonly staleAfterMs: number
}

/** A policy with every default filled in; times in milliseconds. */
export interface Policy extends EvaluationPolicy {
  readonly everyMs: number
  readonly timeoutMs: number
  readonly initialDelayMs: number
  readonly jitter: number
  readonly impact: Impact
}
