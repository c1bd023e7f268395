import { dirname, resolve } from 'node:path'
import { asList, type Config } from '@hale/contract'
import type { z } from 'zod'
import type { TargetSpec } from '../model.ts'
import { CONFIG_DEFAULTS } from './defaults.ts'
import type { ChannelConfig, MonitorConfig } from './monitor-config.ts'
import type { ConfigPath, Refuse } from './problem.ts'
import type { Reading } from './reading.ts'
import { resolveTarget, toMs } from './resolve-target.ts'
import { suggest } from 'hale/core/suggest'
import { isStoreScheme, storeOf } from '../store/schemes.ts'
import type { UsableConfig } from './usable-config.ts'
import { validate } from './validate.ts'

/** The options that each kind of channel takes. */
export type ChannelSchemas = ReadonlyMap<string, z.ZodType>

/**
 * Fills in a configuration that has been held against the schema, and checks what concerns more than one part. What has
 * been refused is not there: the rest is checked all the same, so that a person sees every problem at once.
 */
export function resolveConfig(
  given: UsableConfig,
  { file, schemas, reading }: { readonly file: string; readonly schemas: ChannelSchemas; readonly reading: Reading },
): MonitorConfig {
  const { server, network, retention } = given
  const channels = resolveChannels(given.channels ?? CONFIG_DEFAULTS.channels, schemas, reading)
  return {
    server: {
      host: server?.host ?? CONFIG_DEFAULTS.server.host,
      port: server?.port ?? CONFIG_DEFAULTS.server.port,
      publicUrl: server?.publicUrl?.replace(/\/+$/, ''),
    },
    store: resolveStore(given.store ?? CONFIG_DEFAULTS.store, file, reading.refuseFurther),
    retention: {
      samplesMs: toMs(retention?.samples ?? CONFIG_DEFAULTS.retention.samples),
      rollupsMs: toMs(retention?.hours ?? CONFIG_DEFAULTS.retention.hours),
      incidentsMs: toMs(retention?.incidents ?? CONFIG_DEFAULTS.retention.incidents),
    },
    network: {
      private: network?.private ?? CONFIG_DEFAULTS.network.private,
      allow: asList(network?.allow ?? CONFIG_DEFAULTS.network.allow),
    },
    targets: resolveTargets(given.targets, given.defaults ?? {}, channels, reading.refuseFurther),
    channels: channels.filter((channel) => channel !== undefined),
  }
}

/** A path without a scheme is a folder; a scheme has two letters at least, for `C:\\` is a drive. */
function resolveStore(store: string, file: string, refuse: Refuse): string {
  const [, scheme = 'sqlite', path = ''] = /^(?:([a-z][a-z0-9+.-]+):)?(.*)$/is.exec(store) ?? []
  if (!isStoreScheme(scheme)) refuse(['store'], `there is no ${storeOf(scheme)}`)
  return scheme === 'sqlite' ? `sqlite:${resolve(dirname(file), path)}` : store
}

function resolveChannels(
  given: readonly (NonNullable<Config['channels']>[number] | undefined)[],
  schemas: ChannelSchemas,
  { isBad, refuse, refuseFurther }: Reading,
): readonly (ChannelConfig | undefined)[] {
  const taken = new Map<string, number>()
  return given.map((channel, index) => {
    if (channel === undefined) return undefined
    const { name, kind, ...options } = channel
    const path = ['channels', index]
    const schema = schemas.get(kind)
    if (schema !== undefined) validate(schema, options, path, refuse)
    else {
      const message = `no such kind of channel; there are ${[...schemas.keys()].join(', ')}`
      refuse([...path, 'kind'], message, { suggestion: suggest(kind, schemas.keys()) })
    }
    if (name === undefined || isBad([...path, 'name'])) return undefined
    const before = taken.get(name)
    if (before !== undefined) refuseFurther([...path, 'name'], `"${name}" is the name of channels[${before}] already`)
    taken.set(name, index)
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
  const checkNotify = (notify: string | readonly string[] | undefined, path: ConfigPath): void => {
    for (const [index, name] of asList(notify ?? []).entries()) {
      if (known(name)) continue
      const at = [...path, 'notify', ...(typeof notify === 'string' ? [] : [index])]
      const suggestion = suggest(name, names)
      const others = suggestion === undefined ? `; there are ${[...names].join(', ')}` : ''
      refuse(at, `there is no channel "${name}"${others}`, { suggestion })
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
function refuseAsUrl(path: ConfigPath, refuse: Refuse): Refuse {
  return (_below, message, options) => refuse(path, message, options)
}
