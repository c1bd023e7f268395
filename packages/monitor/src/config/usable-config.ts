import type { Config } from '@hale/contract'
import type { ConfigPath } from './problem.ts'
import type { Reading } from './reading.ts'

/** A configuration of which something may have been refused and left out. */
export interface UsableConfig extends Omit<Config, 'targets' | 'channels'> {
  /** Undefined: nothing of it can be used. */
  readonly targets: readonly (Config['targets'][number] | undefined)[]
  /** Undefined as a whole: the file names none. */
  readonly channels: readonly (NonNullable<Config['channels']>[number] | undefined)[] | undefined
}

/** Policies that are judged by each other. */
const TIMES = ['every', 'timeout', 'staleAfter'] as const

/**
 * What can be used of a file that has been held against the schema, so that what the schema cannot see is found at once
 * with what it saw. What passed the schema is of its type: it transforms nothing.
 */
export function usableConfig({ isBad, value }: Reading): UsableConfig {
  const given = (isMapping(value) ? value : {}) as Partial<Config>
  /** Without the keys that were refused; of those that belong together without all. */
  const cut = <T extends object>(options: T, path: ConfigPath, isTimeless: boolean): T => {
    const dropped = new Set<string>(Object.keys(options).filter((key) => isBad([...path, key])))
    if (isTimeless || TIMES.some((key) => dropped.has(key))) for (const key of TIMES) dropped.add(key)
    return Object.fromEntries(Object.entries(options).filter(([key]) => !dropped.has(key))) as T
  }
  const { channels, defaults, targets, ...rest } = given
  const isTimeless = TIMES.some((key) => isBad(['defaults', key]))
  return {
    ...cut(rest, [], false),
    ...(isMapping(defaults) ? { defaults: cut(defaults, ['defaults'], false) } : {}),
    targets: listOf(targets).map((item, index) => {
      const path = ['targets', index]
      if (!isMapping(item)) return isBad(path) ? undefined : item
      const target = cut(item, path, isTimeless)
      // Without an address, or a name of its own, the rest can be judged all the same.
      const hasName = !isBad([...path, 'id']) && !isBad([...path, 'name'])
      return { ...target, url: target.url ?? '', ...(hasName ? {} : { id: `targets-${index}` }) }
    }),
    // A channel that could not be read may be the one that is meant.
    channels: isBad(['channels']) && !Array.isArray(channels) ? [undefined] : channels && listOf(channels).map(usable),
  }

  function usable<T>(channel: T, index: number): T | undefined {
    return isMapping(channel) && typeof channel['kind'] === 'string' && !isBad(['channels', index, 'kind'])
      ? channel
      : undefined
  }
}

function listOf<T>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : []
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
