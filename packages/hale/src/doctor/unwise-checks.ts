import type { Probe, Scope } from '../core/check.ts'
import { formatDuration } from '../core/duration.ts'
import type { Impact } from '../core/policy.ts'
import { COVERAGE } from './coverage.ts'
import type { Finding } from './finding.ts'
import { KUBELET_TIMEOUT_S, type ManifestProbe } from './unwise-probes.ts'

/** A check that the app registers, as far as it is known. */
export interface KnownCheck {
  /** What sort of thing it asks: the name of its file in `hale/checks`. */
  readonly kind: string
  /** The name that it is registered under. */
  readonly name?: string
  readonly impact?: Impact
  /** Default: what the kind says. */
  readonly scope?: Scope
  /** Default `['ready']`. */
  readonly probes?: readonly Probe[]
  readonly timeoutMs?: number
  /** The file that it stands in. */
  readonly where?: string
}

/** Kinds that ask something which all instances share. Of others that is known only when their scope is. */
export const SHARED_KINDS: ReadonlySet<string> = new Set([
  ...COVERAGE.map(({ check }) => check).filter((kind) => kind !== 'sqlite'),
  'dns',
  'health',
  'http',
  'ping',
  'tls',
  'websocket',
])

/** Dependencies that take every instance out at once, and checks that a probe does not wait for. */
export function findUnwiseChecks(
  checks: readonly KnownCheck[],
  manifests: readonly ManifestProbe[],
): readonly Finding[] {
  const given = manifests.filter(({ probe }) => probe === 'readiness').map(({ timeoutSeconds }) => timeoutSeconds)
  const limitMs =
    1_000 * Math.min(...(given.length === 0 ? [KUBELET_TIMEOUT_S] : given.map((s) => s ?? KUBELET_TIMEOUT_S)))
  return checks
    .filter(({ probes = ['ready'] }) => probes.includes('ready'))
    .flatMap((check) => [failing(check), slow(check, limitMs)].filter((found) => found !== undefined))
}

function failing({ impact, kind, name, scope, where }: KnownCheck): Finding | undefined {
  const shared = (scope ?? (SHARED_KINDS.has(kind) ? 'dependency' : 'local')) === 'dependency'
  if (!shared || impact !== 'fails') return undefined
  return {
    code: 'DEPENDENCY_FAILS_READINESS',
    what: `\`${name ?? kind}\` is shared by all instances, and its failure takes this one out of the balancer.`,
    why: 'It takes out all the others at the same moment: nothing is left to answer, not even what needs no dependency.',
    lines: ["impact: 'degrades',"],
    ...(where === undefined ? {} : { where }),
  }
}

function slow({ kind, name, timeoutMs, where }: KnownCheck, limitMs: number): Finding | undefined {
  if (timeoutMs === undefined || timeoutMs <= limitMs) return undefined
  return {
    code: 'TIMEOUT_TOO_LONG',
    what: `\`${name ?? kind}\` may take ${formatDuration(timeoutMs)}, the readiness probe waits ${formatDuration(limitMs)}.`,
    why: 'Until it has answered once, readiness waits for it: the kubelet gives up first and calls the instance not ready.',
    lines: [`timeout: '${formatDuration(limitMs).replaceAll(' ', '')}',`],
    ...(where === undefined ? {} : { where }),
  }
}
