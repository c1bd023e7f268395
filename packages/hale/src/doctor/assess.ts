import { findUncovered, type Surroundings } from './find-uncovered.ts'
import type { Finding } from './finding.ts'
import { findUnwiseChecks, type KnownCheck } from './unwise-checks.ts'
import { findUnwiseProbes, type ManifestProbe } from './unwise-probes.ts'

/** What is known of an app. */
export interface AppFacts extends Surroundings {
  /** The checks it registers, as far as they are known. */
  readonly checks?: readonly KnownCheck[]
  /** The probes that its manifests declare. */
  readonly manifests?: readonly ManifestProbe[]
}

/**
 * Says what an app depends on that nothing checks, and what is unwise in how it is probed. Pure: it reads what it is given
 * and nothing else.
 */
export function assess({ checks = [], manifests = [], ...surroundings }: AppFacts): readonly Finding[] {
  return [
    ...findUncovered(surroundings, checks),
    ...findUnwiseChecks(checks, manifests),
    ...findUnwiseProbes(manifests),
  ]
}
