import type { KnownCheck, Service } from 'hale/doctor'

/** What one file of an app shows. Names and schemes only: no value of a variable is kept. */
export interface FileFacts {
  readonly dependencies?: readonly string[]
  readonly environmentNames?: readonly string[]
  /** Of variables that hold an address its scheme. */
  readonly schemes?: Readonly<Record<string, string>>
  readonly checks?: readonly KnownCheck[]
  readonly containers?: readonly Container[]
  readonly services?: readonly Service[]
}

/** A container as one file has it: a patch of Kustomize may have its ports, and its base the probes. */
export interface Container {
  /** Equal for the same container in several files. */
  readonly identity: string
  /** Where it stands: `k8s/shop.yaml, Deployment shop, container app`. */
  readonly where: string
  readonly ports: readonly (number | string)[]
  readonly probes: readonly ContainerProbe[]
}

/** An `httpGet` probe. */
export interface ContainerProbe {
  readonly probe: 'liveness' | 'readiness' | 'startup'
  readonly path: string
  readonly port: number | string
  readonly timeoutSeconds?: number
}
