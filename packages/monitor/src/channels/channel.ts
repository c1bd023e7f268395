import type { Clock } from 'hale'
import type { z } from 'zod'
import type { Message } from '../model.ts'
import type { Guard } from '../probes/guard.ts'

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
export interface ChannelDefinition {
  readonly kind: string
  readonly summary: string
  readonly options: z.ZodType
  readonly idempotency: Channel['idempotency']
  /** @throws {TypeError} naming everything in the options that does not fit. */
  readonly open: (options: unknown, environment: ChannelEnvironment) => OpenChannel
}

/** What a channel kind itself does; name, kind and idempotency are added to it. */
export type OpenChannel = Pick<Channel, 'send' | typeof Symbol.asyncDispose>

/**
 * Writes one line for a person at the terminal. Gives, now or later, what hindered it, as the system calls it (`ENOSPC`);
 * undefined once it is written.
 */
export type Print = (line: string) => string | undefined | Promise<string | undefined>

/** What a channel may use of the world. */
export interface ChannelEnvironment {
  readonly print: Print
  /** Whether `print` shows ANSI colours: it goes to a terminal, and NO_COLOR is not set. */
  readonly colour: boolean
  /** Judges every address that is connected to (S6). */
  readonly guard: Guard
  readonly clock: Clock
}

/** Makes a channel kind; what its `open` is given follows from `options`, and has been checked against it. */
export function defineChannel<Options extends z.ZodType>(
  definition: Omit<ChannelDefinition, 'options' | 'open'> & {
    readonly options: Options
    readonly open: (options: z.output<Options>, environment: ChannelEnvironment) => OpenChannel
  },
): ChannelDefinition {
  return Object.freeze({
    ...definition,
    open: (given: unknown, environment: ChannelEnvironment) => {
      const parsed = definition.options.safeParse(given ?? {})
      if (parsed.success) return definition.open(parsed.data, environment)
      const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'options'}: ${message}`)
      throw new TypeError(issues.join('; '))
    },
  })
}
