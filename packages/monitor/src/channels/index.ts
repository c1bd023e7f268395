import type { z } from 'zod'
import type { ChannelConfig } from '../config/monitor-config.ts'
import type { Channel, ChannelDefinition, ChannelEnvironment } from './channel.ts'
import { consoleChannel } from './console.ts'
import { emailChannel } from './email.ts'
import { webhookChannel } from './webhook.ts'

/** Every way to reach people. A new one is a file beside these and a line here. */
export const channelDefinitions: readonly ChannelDefinition[] = [consoleChannel, webhookChannel, emailChannel]

/** The options that each kind of channel takes. */
export const channelSchemas: ReadonlyMap<string, z.ZodType> = new Map(
  channelDefinitions.map(({ kind, options }) => [kind, options]),
)

/**
 * Makes the channels of a configuration ready to use.
 *
 * @throws {TypeError} naming everything that is wrong: unknown kinds, names that occur twice, options that do not fit.
 */
export async function openChannels(
  configs: readonly ChannelConfig[],
  environment: ChannelEnvironment,
): Promise<readonly Channel[]> {
  const channels: Channel[] = []
  const problems: string[] = []
  for (const config of configs) {
    try {
      if (channels.some(({ name }) => name === config.name)) throw new TypeError('the name is taken by another channel')
      channels.push(openChannel(config, environment))
    } catch (error) {
      problems.push(`channel "${config.name}": ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  if (problems.length === 0) return channels
  await Promise.all(channels.map((channel) => channel[Symbol.asyncDispose]()))
  throw new TypeError(problems.join('\n'))
}

function openChannel({ name, kind, options }: ChannelConfig, environment: ChannelEnvironment): Channel {
  const definition = channelDefinitions.find((each) => each.kind === kind)
  if (definition === undefined) {
    throw new TypeError(`"${kind}" is not a kind of channel; there are ${[...channelSchemas.keys()].join(', ')}`)
  }
  return { name, kind, idempotency: definition.idempotency, ...definition.open(options, environment) }
}
