import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import type { Container, ContainerProbe, FileFacts } from './file-facts.ts'
import { UNKNOWN } from './fill-template.ts'
import { readVariables } from './read-variables.ts'

const port = z.union([z.number(), z.string()])
const probe = z
  .object({
    httpGet: z.object({ path: z.string().default('/'), port }).optional(),
    timeoutSeconds: z.number().optional().catch(undefined),
  })
  .optional()
  .catch(undefined)
const name = z.string().catch('?')
const variables = z.array(z.object({ name: z.string(), value: z.unknown().optional() })).catch([])
const container = z.object({
  name,
  env: variables,
  ports: z.array(z.object({ name: z.string().optional(), containerPort: port })).catch([]),
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
})
const pod = z.object({ containers: z.array(container), initContainers: z.array(container).catch([]) })
const template = z.object({ spec: pod })
const named = { metadata: z.object({ name }).catch({ name: '?' }) }
const workload = z.union([
  z.object({ kind: z.literal('Pod'), ...named, spec: pod }).transform((each) => ({ ...each, pod: each.spec })),
  z
    .object({
      kind: z.enum(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'Rollout']),
      ...named,
      spec: z.object({ template }),
    })
    .transform((each) => ({ ...each, pod: each.spec.template.spec })),
  z
    .object({
      kind: z.literal('CronJob'),
      ...named,
      spec: z.object({ jobTemplate: z.object({ spec: z.object({ template }) }) }),
    })
    .transform((each) => ({ ...each, pod: each.spec.jobTemplate.spec.template.spec })),
])
const settings = z.object({
  kind: z.enum(['ConfigMap', 'Secret']),
  data: z.record(z.string(), z.unknown()).catch({}),
  stringData: z.record(z.string(), z.unknown()).catch({}),
})
const generators = z.array(z.object({ literals: z.array(z.string()).catch([]) })).catch([])
const kustomization = z.object({ configMapGenerator: generators, secretGenerator: generators })
const list = z.object({ kind: z.literal('List'), items: z.array(z.unknown()) })

/**
 * Reads the workloads in a file, one document after the other, and the names of what they are set by. Whatever else stands
 * there says nothing.
 *
 * @throws {Error} when a workload stands there and the file cannot be read.
 */
export function readManifest(text: string, file: string): FileFacts {
  // Both ways of an `if` in a template may set one key.
  const parsed = parseAllDocuments(text, { uniqueKeys: false, merge: true })
  const broken = parsed.find(({ errors }) => errors.length > 0)
  if (broken !== undefined && /^\s*(?:- )?kind:\s*\w/m.test(text)) throw new Error('it is no YAML')
  const documents = parsed.flatMap((document): unknown[] => {
    if (document.errors.length > 0) return []
    const value: unknown = document.toJS()
    return list.safeParse(value).data?.items ?? [value]
  })
  const workloads = documents.flatMap((document) => workload.safeParse(document).data ?? [])
  return {
    containers: workloads.flatMap((each) => each.pod.containers.map((one) => toContainer(one, each, file))),
    ...readVariables([
      ...workloads.flatMap(({ pod }) =>
        [...pod.containers, ...pod.initContainers].flatMap(({ env }) =>
          env.map((one) => [one.name, one.value] as const),
        ),
      ),
      ...documents.flatMap(settingsOf),
    ]),
  }
}

/** What `envFrom` makes variables of; its other keys are files. */
function settingsOf(document: unknown): readonly (readonly [string, unknown])[] {
  const { data } = settings.safeParse(document)
  const { configMapGenerator = [], secretGenerator = [] } = kustomization.safeParse(document).data ?? {}
  const literals = [...configMapGenerator, ...secretGenerator].flatMap((each) => each.literals)
  return [
    ...Object.entries({ ...data?.data, ...data?.stringData }),
    ...literals.map((each) => [each.split('=')[0] ?? '', each.slice(each.indexOf('=') + 1)] as const),
  ].filter(([key]) => /^[A-Z][A-Z\d_]*$/.test(key))
}

function toContainer(
  given: z.infer<typeof container>,
  { kind, metadata }: z.infer<typeof workload>,
  file: string,
): Container {
  const place = `${kind} ${metadata.name}, container ${given.name}`
  const declared = { liveness: given.livenessProbe, readiness: given.readinessProbe, startup: given.startupProbe }
  return {
    identity: /\?/.test(place) ? `${file}, ${place}` : place,
    where: `${file}, ${place}`.replaceAll(UNKNOWN, '?'),
    ports: given.ports.flatMap((each) =>
      each.name === undefined ? [each.containerPort] : [each.containerPort, each.name],
    ),
    probes: (['liveness', 'readiness', 'startup'] as const).flatMap((name): ContainerProbe[] => {
      const { httpGet, timeoutSeconds } = declared[name] ?? {}
      if (httpGet === undefined) return []
      return [{ probe: name, ...httpGet, ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }) }]
    }),
  }
}
