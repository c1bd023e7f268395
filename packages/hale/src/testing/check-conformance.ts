import type { Check } from '../core/check.ts'
import { systemClock } from '../core/clock.ts'
import { parseDuration, type Duration } from '../core/duration.ts'
import { resultFromError } from '../core/error-codes.ts'
import { createRunner } from '../core/runner.ts'
import type { Result } from '../core/result.ts'
import { isFilled, isFunction, isNames, optional, refuseOptions, required, type Rules } from '../core/rules.ts'
import { toResult } from '../core/to-result.ts'
import { unreadable } from './unreadable.ts'

export interface CheckConformance {
  /** The check's name, for the names of the cases. */
  readonly name: string
  /** Makes the check so that it must find things well. Called once a case; the check is closed after it. */
  readonly healthy: () => Check | Promise<Check>
  /** Makes the check so that it must find something wrong. */
  readonly broken: () => Check | Promise<Check>
  /** Makes the check so that it gets no answer at all: a server that is silent. Not for checks that ask nobody. */
  readonly silent?: () => Check | Promise<Check>
  /** Texts that no result may show: the passwords and keys that the checks above were given. */
  readonly secrets?: readonly string[]
  /** Time one run may take when all is well. Default `10s`: a machine that runs tests may stand still for a while. */
  readonly timeout?: Duration
}

// A case that is left out by a misspelt name would be passed.
const RULES: Rules<CheckConformance> = {
  name: required('the name of the check', isFilled),
  healthy: required('a function that makes the check', isFunction),
  broken: required('a function that makes the check', isFunction),
  silent: optional('a function that makes the check', isFunction),
  secrets: optional('a list of texts', isNames),
  timeout: optional("a duration such as '2s'", (timeout) => parseDuration(timeout) !== undefined),
}

/** One thing a check must do. `run` rejects with an error that says what it did instead. */
export interface ConformanceCase {
  readonly name: string
  readonly run: () => Promise<void>
}

/** Milliseconds within which a check must give up once its signal is aborted, and sockets must be gone after a close. */
const GRACE_MS = 5_000

/** Milliseconds after which the answer of a check that finds something wrong is that there was none, at most. */
const BROKEN_MS = 2_000

/** Milliseconds for which a silent server is waited for, at most. */
const SILENCE_MS = 500

/**
 * What every check must do, as cases for any test framework:
 *
 *     it.each(checkConformance({ … }))('$name', async ({ run }) => {
 *       await expect(run()).resolves.toBeUndefined()
 *     })
 */
export function checkConformance(options: CheckConformance): readonly ConformanceCase[] {
  refuseOptions(options, RULES, 'checkConformance, ')
  const { broken, healthy, name, silent } = options
  const timeoutMs = parseDuration(options.timeout ?? '10s') ?? 0

  const brokenMs = Math.min(timeoutMs, BROKEN_MS)
  const both = [
    [healthy, timeoutMs],
    [broken, brokenMs],
  ] as const

  const cases: ConformanceCase[] = [
    {
      name: `${name}: says healthy, within its timeout, when all is well`,
      run: () =>
        withCheck(healthy, async (check) => {
          const result = await runOnce(check, timeoutMs)
          expect(result.status === 'healthy', `it answered ${show(result)}`)
        }),
    },
    {
      name: `${name}: answers the same when asked again`,
      run: () =>
        withCheck(healthy, async (check) => {
          await runOnce(check, timeoutMs)
          const result = await runOnce(check, timeoutMs)
          expect(result.status === 'healthy', `the second time it answered ${show(result)}`)
        }),
    },
    {
      name: `${name}: says unhealthy, degraded or unknown, with a code and a message, when something is wrong`,
      run: () =>
        withCheck(broken, async (check) => {
          const result = await runOnce(check, brokenMs)
          expect(['unhealthy', 'degraded', 'unknown'].includes(result.status), `it answered ${show(result)}`)
          expect((result.code ?? '') !== '' && (result.message ?? '') !== '', `code or message lacks: ${show(result)}`)
        }),
    },
    {
      name: `${name}: says so in one line of sentences that a person can read`,
      async run() {
        for (const make of [healthy, broken]) {
          await withCheck(make, async (check) => expectReadable(await runOnce(check, timeoutMs)))
        }
      },
    },
    {
      name: `${name}: shows no credentials, neither when well nor when broken (E10)`,
      async run() {
        for (const [make, ms] of both) await withCheck(make, (check) => expectNoSecrets(check, options, ms))
      },
    },
    {
      name: `${name}: ends when its signal is aborted before it starts`,
      run: () => withCheck(healthy, (check) => expectEndsOnAbort(check, AbortSignal.abort(), timeoutMs)),
    },
    {
      name: `${name}: leaves nothing open after close()`,
      async run() {
        const before = openSockets()
        for (const [make, ms] of both) await withCheck(make, (check) => runOnce(check, ms))
        await expectSoon(
          () => openSockets() <= before,
          () => `${openSockets() - before} sockets stay open`,
        )
      },
    },
  ]
  if (silent === undefined) return cases
  return [
    ...cases,
    {
      name: `${name}: ends when its signal is aborted while it waits`,
      run: () => withCheck(silent, (check) => expectEndsOnAbort(check, AbortSignal.timeout(50), timeoutMs)),
    },
    {
      name: `${name}: is answered for with TIMEOUT or a reason when there is no answer, and shows no credentials (E3)`,
      run: () =>
        withCheck(silent, async (check) => {
          const result = await runOnce(check, Math.min(timeoutMs, SILENCE_MS))
          expect(
            ['unhealthy', 'unknown'].includes(result.status) && result.code !== undefined,
            `it answered ${show(result)}`,
          )
          expectClean(result, options)
          expectReadable(result)
        }),
    },
  ]
}

async function withCheck(make: () => Check | Promise<Check>, use: (check: Check) => Promise<unknown>): Promise<void> {
  const check = await make()
  try {
    await use(check)
  } finally {
    await check.close?.()
  }
}

/** Runs a check as the registry does. */
async function runOnce(check: Check, timeoutMs: number): Promise<Result> {
  const runner = createRunner<unknown>({
    name: check.kind,
    timeoutMs,
    clock: systemClock,
    run: check.run,
    onTimeout: () => ({ status: 'unhealthy', code: 'TIMEOUT', message: `No answer within ${timeoutMs} ms.` }),
    onThrow: (error) => resultFromError(error),
  })
  const keepAlive = setTimeout(() => undefined, timeoutMs + GRACE_MS)
  try {
    return toResult((await runner.run()).value)
  } finally {
    clearTimeout(keepAlive)
    runner.close()
  }
}

async function expectEndsOnAbort(check: Check, signal: AbortSignal, timeoutMs: number): Promise<void> {
  let ended = false
  const run = async (): Promise<void> => {
    try {
      await check.run({ name: check.kind, clock: systemClock, signal, timeoutMs })
    } catch {
      // Throwing is a way to end.
    }
    ended = true
  }
  void run()
  await expectSoon(
    () => ended,
    () => `${GRACE_MS} ms after the abort it still runs`,
  )
}

async function expectNoSecrets(check: Check, options: CheckConformance, timeoutMs: number): Promise<void> {
  expectClean(await runOnce(check, timeoutMs), options)
}

function expectClean(result: Result, { secrets = [] }: CheckConformance): void {
  const text = show(result)
  for (const secret of secrets) expect(!text.includes(secret), `the result shows a secret: ${text}`)
  expect(!/:\/\/[^\s/@:]+:(?!\*)[^\s/@]+@/.test(text), `the result shows an address with a password: ${text}`)
}

function expectReadable(result: Result): void {
  const why = unreadable(result)
  expect(why === undefined, `the message is hard to read, ${why}: ${show(result)}`)
}

async function expectSoon(holds: () => boolean, complaint: () => string): Promise<void> {
  const until = systemClock.now() + GRACE_MS
  while (!holds() && systemClock.now() < until) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(holds(), complaint())
}

function expect(holds: boolean, complaint: string): void {
  if (!holds) throw new Error(complaint)
}

/** Sockets and pipes that keep the process busy. */
function openSockets(): number {
  return process.getActiveResourcesInfo().filter((resource) => /^(?:TCP|TLS|UDP|Pipe).*Wrap$/.test(resource)).length
}

function show(value: unknown): string {
  return JSON.stringify(value)
}
