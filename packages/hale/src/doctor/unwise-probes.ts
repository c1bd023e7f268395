import type { Finding } from './finding.ts'

/** What the kubelet waits for an answer when a manifest says nothing, in seconds. */
export const KUBELET_TIMEOUT_S = 1

/** One `httpGet` probe of a container, as its manifest declares it. */
export interface ManifestProbe {
  /** Where it stands: `k8s/shop.yaml, Deployment shop, container app`. */
  readonly where: string
  readonly probe: 'liveness' | 'readiness' | 'startup'
  readonly path: string
  readonly port: number | string
  /** Default: the kubelet's, 1. */
  readonly timeoutSeconds?: number
  /** Numbers and names of the ports that the container declares; empty when it declares none. */
  readonly ports: readonly (number | string)[]
}

/** Probes that ask for the wrong thing, or where nothing listens. */
export function findUnwiseProbes(manifests: readonly ManifestProbe[]): readonly Finding[] {
  return manifests.flatMap((each) => [wrongPath(each), wrongPort(each)].filter((found) => found !== undefined))
}

/** By the last word of the path, wherever the endpoints are mounted. Paths that are none of Hale's say nothing. */
function wrongPath({ path, probe, where }: ManifestProbe): Finding | undefined {
  const plain = path.replace(/[?#].*$/s, '').replace(/\/+$/, '')
  const base = plain.replace(/\/(?:ready|startup|live|checks\/[^/]+)$/, '')
  const asksForMore = /\/(?:ready|startup|health|checks\/[^/]+)$/.test(plain)
  if (probe === 'liveness' && asksForMore) {
    return {
      code: 'LIVENESS_PATH',
      what: `The liveness probe asks \`${path}\`, which fails for more than a restart mends.`,
      why: 'A full disk, a startup task or a drain has the kubelet kill the container, over and over.',
      lines: ['livenessProbe:', '  httpGet:', `    path: ${base}/live`],
      where,
    }
  }
  if (probe === 'readiness' && plain.endsWith('/live')) {
    return {
      code: 'READINESS_PATH',
      what: `The readiness probe asks \`${path}\`, which says 200 while the app drains or starts.`,
      why: 'Requests go to an instance that cannot serve them yet, or is about to end.',
      lines: ['readinessProbe:', '  httpGet:', `    path: ${base}/ready`],
      where,
    }
  }
  return undefined
}

/** Names must be declared. Numbers need not be, but one that differs from all that are is mostly a slip. */
function wrongPort({ port, ports, probe, where }: ManifestProbe): Finding | undefined {
  const wrong = typeof port === 'string' ? !ports.includes(port) : ports.some((each) => typeof each === 'number')
  if (!wrong || ports.includes(port)) return undefined
  const declared = ports.length === 0 ? 'none' : ports.join(', ')
  return {
    code: 'PROBE_PORT',
    what: `The ${probe} probe asks port ${port}; the container declares ${declared}.`,
    why: 'Where nothing listens every probe fails.',
    lines: ports.length === 0 ? [] : [`port: ${ports[0] ?? ''}`],
    where,
  }
}
