import type { Server } from 'node:http'
import type { Health } from 'hale'
import { shutDown } from 'hale/http/node'

/** Ends a service on Ctrl-C and SIGTERM: not ready any more, requests finished, checks closed, then `last`. */
export function onStop(server: Server, health: Health, last: () => Promise<void> = async () => {}): void {
  let stopping = false
  const stop = async (): Promise<void> => {
    if (stopping) return
    stopping = true
    await shutDown(health, server)
    await last()
    process.exit(0)
  }
  process.on('SIGINT', () => void stop())
  process.on('SIGTERM', () => void stop())
}
