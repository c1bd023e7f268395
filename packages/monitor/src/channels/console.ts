import { z } from 'zod'
import type { Message } from '../model.ts'
import { plainText } from '../plain-text.ts'
import { defineChannel, type ChannelDefinition } from './channel.ts'
import { createPaint, statusWord } from './status-word.ts'

const consoleOptions = z.strictObject({})

/** Prints one line a message: `14:02:11  ✖ unhealthy    payments: postgres-main refused the connection`. */
export const consoleChannel: ChannelDefinition = defineChannel({
  kind: 'console',
  summary: 'One line a message on the terminal that the monitor was started in.',
  options: consoleOptions,
  idempotency: 'none',
  open: (_options, { print, colour }) => ({
    send: async (message) => {
      const hindrance = await print(toLine(message, colour))
      if (hindrance === undefined) return { outcome: 'delivered', detail: 'printed' }
      return { outcome: 'retry', detail: `the terminal cannot be written: ${hindrance}` }
    },
    [Symbol.asyncDispose]: async () => {},
  }),
})

/** The time is when it happened, in the time zone of whoever sits at the terminal. */
function toLine({ at, status, title }: Message, colour: boolean): string {
  const paint = createPaint(colour)
  const time = new Date(at).toTimeString().slice(0, 8)
  return `${paint('dim', time)}  ${statusWord(paint, status)}  ${plainText(title, 500)}`
}
