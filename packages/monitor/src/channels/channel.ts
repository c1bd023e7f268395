import type { z } from 'zod'
import type { Message } from '../model.ts'

/** What became of one try to deliver. The world's failure is a value. */
export interface Delivery {
  /**
   * - `delivered`: the receiver took it
   * - `retry`: it certainly did not, and may later
   * - `ambiguous`: it may have; try again with the same key
   * - `permanent`: it never will (a 4xx, a bad address); stop and show it
   */
  readonly outcome: 'delivered' | 'retry' | 'ambiguous' | 'permanent'
  /** What the receiver answered, in a few safe words: `HTTP 503`, `connection refused`. */
  readonly detail: string
  /** The receiver's own wish (Retry-After), in milliseconds. */
  readonly retryAfterMs?: number
}

export interface SendContext {
  /** Idempotency key: the same for every try of one notification. */
  readonly key: string
  /** Aborts at the deadline. */
  readonly signal: AbortSignal
}

/** A way to reach people, ready to use. */
export interface Channel extends AsyncDisposable {
  readonly name: string
  readonly kind: string
  /** How the receiver recognises a repeat. */
  readonly idempotency: 'key' | 'lookup' | 'none'
  send(message: Message, context: SendContext): Promise<Delivery>
}

/** A kind of channel: its options, from which the config schema, the docs table and a form derive, and how to open one. */
export interface ChannelDefinition<Options extends z.ZodType = z.ZodType> {
  readonly kind: string
  readonly summary: string
  readonly options: Options
  readonly idempotency: Channel['idempotency']
  readonly open: (
    options: z.output<Options>,
    environment: ChannelEnvironment,
  ) => Pick<Channel, 'send' | typeof Symbol.asyncDispose>
}

/** What a channel may use of the world. */
export interface ChannelEnvironment {
  /** Writes one line for a person at the terminal. */
  readonly print: (line: string) => void
}

/** Makes a channel kind; the types of `open` follow from `options`. */
export function defineChannel<Options extends z.ZodType>(
  definition: ChannelDefinition<Options>,
): ChannelDefinition<Options> {
  return Object.freeze(definition)
}
