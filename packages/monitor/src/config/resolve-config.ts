import { dirname, resolve } from 'node:path'
import type { Config } from '@hale/contract'
import type { z } from 'zod'
import type { TargetSpec } from '../model.ts'
import { CONFIG_DEFAULTS } from './defaults.ts'
import type { ChannelConfig, MonitorConfig } from './monitor-config.ts'
import type { Refuse } from './problem.ts'
import { resolveTarget, toMs } from './resolve-target.ts'
import { suggest } from 'hale/core/suggest'
import { validate } from './validate.ts'

/** The options that each kind of channel takes. */
export type ChannelSchemas = ReadonlyMap<string, z.ZodType>

/**
 * Fills in a configuration whose parts have passed the schema, and checks what concerns more than one part.
 * Targets and channels that have not passed are undefined: the others are checked all the same, so that a person sees
 * every problem at once.
 */
export function resolveConfig(
  given: Omit<Config, 'targets' | 'channels'> & {
    readonly targets: readonly (Config['targets'][number] | undefined)[]
    readonly channels: readonly (NonNullable<Config['channels']>[number] | undefined)[] | undefined
  },
  { file, schemas, refuse }: { readonly file: string; readonly schemas: ChannelSchemas; readonly refuse: Refuse },
): MonitorConfig {
  const { server, network, retention } = given
  const channels = resolveChannels(given.channels ?? CONFIG_DEFAULTS.channels, schemas, refuse)
  return {
    server: {
      host: server?.host ?? CONFIG_DEFAULTS.server.host,
      port: server?.port ?? CONFIG_DEFAULTS.server.port,
      publicUrl: server?.publicUrl?.replace(/\/+$/, ''),
    },
    store: resolveStore(given.store ?? CONFIG_DEFAULTS.store, file),
    retention: {
      samplesMs: toMs(retention?.samples ?? CONFIG_DEFAULTS.retention.samples),
      rollupsMs: toMs(retention?.hours ?? CONFIG_DEFAULTS.retention.hours),
      incidentsMs: toMs(retention?.incidents ?? CONFIG_DEFAULTS.retention.incidents),
    },
    network: {
      private: network?.private ?? CONFIG_DEFAULTS.network.private,
      allow: network?.allow ?? CONFIG_DEFAULTS.network.allow,
    },
    targets: resolveTargets(given.targets, given.defaults ?? {}, channels, refuse),
    channels: channels.filter((channel) => channel !== undefined),
  }
}

/** Another scheme than `sqlite` is left to `store/open.ts`, which knows what stores there are. */
function resolveStore(store: string, file: string): string {
  const [, scheme = 'sqlite', path = ''] = /^(?:([a-z][a-z0-9+.-]+):)?(.*)$/s.exec(store) ?? []
  return scheme === 'sqlite' ? `sqlite:${resolve(dirname(file), path)}` : store
}

type Unchecked = { readonly name: string; readonly kind: string } & Readonly<Record<string, unknown>>

function resolveChannels(
  given: readonly (Unchecked | undefined)[],
  schemas: ChannelSchemas,
  refuse: Refuse,
): readonly (ChannelConfig | undefined)[] {
  const taken = new Map<string, number>()
  return given.map((channel, index) => {
    if (channel === undefined) return undefined
    const { name, kind, ...options } = channel
    const path = ['channels', index]
    const before = taken.get(name)
    if (before !== undefined) refuse([...path, 'name'], `"${name}" is the name of channels[${before}] already`)
    taken.set(name, index)
    const schema = schemas.get(kind)
    if (schema !== undefined) validate(schema, options, path, refuse)
    else {
      const message = `no such kind of channel; there are ${[...schemas.keys()].join(', ')}`
      refuse([...path, 'kind'], message, { suggestion: suggest(kind, schemas.keys()) })
    }
    return { name, kind, options }
  })
}

function resolveTargets(
  given: readonly (Config['targets'][number] | undefined)[],
  defaults: NonNullable<Config['defaults']>,
  channels: readonly (ChannelConfig | undefined)[],
  refuse: Refuse,
): TargetSpec[] {
  const names = new Set(channels.map((channel) => channel?.name).filter((name) => name !== undefined))
  // A channel that could not be read may be the one that is meant.
  const known = (name: string): boolean => names.has(name) || channels.includes(undefined)
  const checkNotify = (notify: readonly string[] | undefined, path: readonly (string | number)[]): void => {
    for (const [index, name] of (notify ?? []).entries()) {
      if (known(name)) continue
      refuse([...path, 'notify', index], `there is no channel "${name}"`, { suggestion: suggest(name, names) })
    }
  }
  checkNotify(defaults.notify, ['defaults'])

  const taken = new Map<string, number>()
  const targets: TargetSpec[] = []
  for (const [index, item] of given.entries()) {
    if (item === undefined) continue
    const own = typeof item === 'string' ? { url: item } : item
    const path = ['targets', index]
    checkNotify(own.notify, path)
    const target = resolveTarget(own, defaults, path, typeof item === 'string' ? refuseAsUrl(path, refuse) : refuse)
    if (target === undefined) continue
    const before = taken.get(target.id)
    if (before !== undefined) {
      const field = ['id', 'name', 'url'].find((key) => key in own) ?? 'url'
      const message = `its id would be "${target.id}", as that of targets[${before}]; give one of them an id of its own`
      refuse(typeof item === 'string' ? path : [...path, field], message)
    }
    taken.set(target.id, index)
    targets.push(target)
  }
  return targets
}

/** A target that is only an address has no `url` to point at. */
function refuseAsUrl(path: readonly (string | number)[], refuse: Refuse): Refuse {
  return (_below, message, options) => refuse(path, message, options)
}
