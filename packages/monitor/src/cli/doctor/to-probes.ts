import type { ManifestProbe } from 'hale/doctor'
import type { Container } from './file-facts.ts'
import { UNKNOWN } from './fill-template.ts'

/** The probes of all containers, each with the ports that any file declares for its container. */
export function toProbes(containers: readonly Container[]): readonly ManifestProbe[] {
  const ports = new Map<string, readonly (number | string)[]>()
  for (const { identity, ports: more } of containers) ports.set(identity, [...(ports.get(identity) ?? []), ...more])
  return containers.flatMap(({ identity, probes, where }) =>
    probes.map((each): ManifestProbe => {
      const declared = ports.get(identity) ?? []
      // What a template leaves open is not judged.
      const open = [each.port, ...declared].some((one) => String(one).includes(UNKNOWN))
      return { ...each, where, ports: open ? [each.port] : [...new Set(declared)] }
    }),
  )
}
