import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHealth } from 'hale'
import { healthHandler } from 'hale/http/node'
import type { Account, Mend, Subject } from '../../packages/hale/test/subjects/subject.ts'

/** How all are set up: a check has so long to answer, and is run, or asked for, so often. ms. */
export const TIMEOUT_MS = 1_000
export const EVERY_MS = 1_000
/** An endpoint that shows what is believed can be read as often as one likes. */
export const READ_EVERY_MS = 20
export const KEY = 'the-key-of-the-bench'

/** How Hale's checks are registered. */
export const POLICY = { every: EVERY_MS, timeout: TIMEOUT_MS, impact: 'fails' } as const

/** One row of the table. */
export interface Contender {
  readonly maker: 'Hale' | 'Terminus' | 'godaddy'
  readonly check: string
  readonly label: string
  readonly account?: Account | undefined
  readonly without: NonNullable<Subject['without']>
  /** Starts an app with its health endpoint, whose check goes through this port of loopback. */
  readonly start: (port: number) => Promise<App>
}

/** A health endpoint. */
export interface Endpoint {
  /** Milliseconds between two questions to it. */
  readonly readEveryMs: number
  /** What it says now. */
  readonly ask: (withinMs: number) => Promise<Answer>
}

/** A running app. */
export interface App extends Endpoint {
  readonly takeAll?: (() => Promise<Mend>) | undefined
  readonly close: () => Promise<unknown>
}

export interface Answer {
  /** Undefined: there was none. */
  readonly well: boolean | undefined
  /** A code, or what it said. */
  readonly said: string
}

/** A check of Hale's, behind its own endpoint. */
export function ofHale({ account, check, client, open, without = {} }: Subject): Contender {
  return { maker: 'Hale', check, label: client, account, without, start: (port) => startHale(() => open(port)) }
}

async function startHale(open: () => ReturnType<Subject['open']>): Promise<App> {
  const opened = await open()
  const health = createHealth({
    checks: { subject: { check: opened.check, ...POLICY } },
    logger: { error() {} },
  })
  const server = createServer(healthHandler(health, { keys: [KEY] })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`
  return {
    readEveryMs: READ_EVERY_MS,
    takeAll: opened.takeAll,
    ask: (withinMs) => askHttp({ url, withinMs, headers: { 'x-api-key': KEY } }, codeOf),
    async close() {
      await health.close()
      server.closeAllConnections()
      server.close()
      await opened.end?.()
    },
  }
}

function codeOf(body: string): string {
  const { checks } = JSON.parse(body) as { checks: { subject: { status: string; code?: string } } }
  return checks.subject.code ?? checks.subject.status
}

/** Asks a health endpoint as a monitor does: any answer of 200 is well. */
export async function askHttp(
  question: { readonly url: string; readonly withinMs: number; readonly headers?: Record<string, string> },
  read: (body: string) => string,
): Promise<Answer> {
  const { headers = {}, url, withinMs } = question
  const signal = AbortSignal.timeout(Math.ceil(withinMs))
  try {
    const answer = await fetch(url, { headers, signal })
    return { well: answer.status === 200, said: read(await answer.text()) }
  } catch (error) {
    if (signal.aborted) return { well: undefined, said: 'no answer' }
    return { well: undefined, said: `failed: ${String((error as Error).cause ?? error)}` }
  }
}
