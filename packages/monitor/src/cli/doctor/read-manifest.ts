import type { ManifestProbe } from 'hale/doctor'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'

/** What a file of Kubernetes manifests shows. */
export interface ManifestFacts {
  readonly probes: readonly ManifestProbe[]
  /** Names of the variables that its containers are given. */
  readonly environmentNames: readonly string[]
}

const port = z.union([z.number(), z.string()])
const probe = z.object({
  httpGet: z.object({ path: z.string().default('/'), port }).optional(),
  timeoutSeconds: z.number().optional(),
})
const container = z.object({
  name: z.string().default('?'),
  env: z.array(z.object({ name: z.string() })).default([]),
  ports: z.array(z.object({ name: z.string().optional(), containerPort: z.number() })).default([]),
  livenessProbe: probe.optional(),
  readinessProbe: probe.optional(),
  startupProbe: probe.optional(),
})
const pod = z.object({ containers: z.array(container) })
const template = z.object({ spec: pod })
const named = { metadata: z.object({ name: z.string().default('?') }) }
const workload = z.union([
  z.object({ kind: z.literal('Pod'), ...named, spec: pod }).transform((each) => ({ ...each, pod: each.spec })),
  z
    .object({ kind: z.enum(['Deployment', 'StatefulSet', 'DaemonSet']), ...named, spec: z.object({ template }) })
    .transform((each) => ({ ...each, pod: each.spec.template.spec })),
])

/** Reads the workloads in a file, one document after the other. Whatever else stands there says nothing. */
export function readManifest(text: string, file: string): ManifestFacts {
  const containers = parseAllDocuments(text).flatMap((document) => {
    if (document.errors.length > 0) return []
    const { data } = workload.safeParse(document.toJS())
    return (data?.pod.containers ?? []).map((each) => ({
      ...each,
      where: `${file}, ${data?.kind ?? ''} ${data?.metadata.name ?? ''}, container ${each.name}`,
    }))
  })
  return {
    probes: containers.flatMap(toProbes),
    environmentNames: containers.flatMap(({ env }) => env.map(({ name }) => name)),
  }
}

function toProbes(given: z.infer<typeof container> & { readonly where: string }): readonly ManifestProbe[] {
  const { livenessProbe, readinessProbe, startupProbe, where } = given
  const ports = given.ports.flatMap(({ containerPort, name }) =>
    name === undefined ? [containerPort] : [containerPort, name],
  )
  const declared = { liveness: livenessProbe, readiness: readinessProbe, startup: startupProbe }
  return (['liveness', 'readiness', 'startup'] as const).flatMap((name) => {
    const { httpGet, timeoutSeconds } = declared[name] ?? {}
    if (httpGet === undefined) return []
    return [{ where, probe: name, ...httpGet, ports, ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }) }]
  })
}
