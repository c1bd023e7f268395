import { setTimeout as sleep } from 'node:timers/promises'

/** What the shop's owner has broken in this service. */
export interface Faults {
  readonly has: (how: string) => boolean
  /** Waits as long as a service that is broken to be slow takes longer. */
  readonly delay: () => Promise<void>
}

/** Listens for `break` and `mend` from the process that started this one. */
export function listenForFaults(): Faults {
  const broken = new Set<string>()
  process.on('message', (message: { readonly break?: string; readonly mend?: boolean }) => {
    if (message.break !== undefined) broken.add(message.break)
    if (message.mend === true) broken.clear()
  })
  // Nobody is left to mend this one, or to stop it.
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  // The channel must not keep a service alive that has been told to stop.
  process.channel?.unref()
  return {
    has: (how) => broken.has(how),
    delay: async () => {
      if (broken.has('slow')) await sleep(700)
    },
  }
}
