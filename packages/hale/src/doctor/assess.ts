import { findUncovered } from './find-uncovered.ts'
import type { Finding } from './finding.ts'
import { findUnwiseChecks, type KnownCheck } from './unwise-checks.ts'
import { findUnwiseProbes, type ManifestProbe } from './unwise-probes.ts'

/** What is known of an app. */
export interface AppFacts {
  /** Names of the packages that it depends on by itself. */
  readonly dependencies: readonly string[]
  /** Names of its environment variables; never their values. */
  readonly environmentNames: readonly string[]
  /** The checks it registers, as far as they are known. */
  readonly checks?: readonly KnownCheck[]
  /** The probes that its manifests declare. */
  readonly manifests?: readonly ManifestProbe[]
}

/**
 * Says what an app depends on that nothing checks, and what is unwise in how it is probed. Pure: it reads what it is given
 * and nothing else.
 */
export function assess({ dependencies, environmentNames, checks = [], manifests = [] }: AppFacts): readonly Finding[] {
  return [
    ...findUncovered(dependencies, environmentNames, checks),
    ...findUnwiseChecks(checks, manifests),
    ...findUnwiseProbes(manifests),
  ]
}
