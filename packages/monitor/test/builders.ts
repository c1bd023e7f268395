import type { Policy } from 'hale'
import type { ProbeOutcome, TargetSpec } from '../src/model.ts'

/** A target as the configuration would give it, for tests that care about one thing of it. */
export function aTarget(
  options: Partial<Omit<TargetSpec, 'policy'>> & { readonly id: string; readonly policy?: Partial<Policy> },
): TargetSpec {
  return {
    name: options.id,
    kind: 'health',
    address: `http://127.0.0.1:9/${options.id}/health`,
    freshEvery: 10,
    notify: undefined,
    group: undefined,
    tags: [],
    runbook: undefined,
    http: {
      method: 'GET',
      headers: {},
      status: [[200, 299]],
      bodyContains: undefined,
      degradedAboveMs: undefined,
      unhealthyAboveMs: undefined,
      followRedirects: 3,
      maxBodyBytes: 1_000_000,
      certificateDays: { degraded: 14, unhealthy: 3 },
      verifyTls: true,
    },
    ...options,
    policy: {
      everyMs: 10_000,
      timeoutMs: 2_000,
      initialDelayMs: 0,
      jitter: 0.1,
      impact: 'fails',
      failureThreshold: 1,
      successThreshold: 1,
      staleAfterMs: 32_000,
      ...options.policy,
    },
  }
}

/** What a probe found, for tests that care about one thing of it. */
export function anOutcome(options: Partial<ProbeOutcome>): ProbeOutcome {
  return {
    result: { status: 'healthy' },
    durationMs: 12,
    phases: undefined,
    certificate: undefined,
    document: undefined,
    components: [],
    ...options,
  }
}
