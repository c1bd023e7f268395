import { createHealth } from '../src/core/create-health.ts'
import type { Health, HealthOptions } from '../src/core/health.ts'
import { createHandler, type HandlerOptions } from '../src/http/handler.ts'
import { createFakeClock, type FakeClock } from '../src/testing/fake-clock.ts'

/** An answer of a health handler, its headers by name. */
export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** What the body parses to. @throws {SyntaxError} when it is no JSON. */
  readonly json: () => unknown
}

/** An app's health behind a handler, without a socket, on a clock of its own; whoever asks has the key. */
export function serveHealth<Name extends string>(
  options: HealthOptions<Name>,
  handling: HandlerOptions = {},
): {
  readonly ask: (path: string, headers?: Readonly<Record<string, string>>) => Promise<Answered>
  readonly clock: FakeClock
  readonly health: Health<Name>
} {
  const clock = createFakeClock()
  const health = createHealth({ clock, random: () => 0, logger: { error: () => undefined }, ...options })
  const handler = createHandler(health, { keys: ['open-sesame'], ...handling })
  return {
    clock,
    health,
    async ask(path, headers = { 'x-api-key': 'open-sesame' }) {
      const answered = await handler.answer({ method: 'GET', path, header: (name) => headers[name] })
      if (answered === undefined) throw new Error(`${path} is not one of health's`)
      const { body, status } = answered
      const pairs = answered.headers.flatMap((name, i, all) => (i % 2 === 0 ? [[name, all[i + 1] ?? ''] as const] : []))
      return { status, headers: Object.fromEntries(pairs), body, json: () => JSON.parse(body) as unknown }
    },
  }
}
