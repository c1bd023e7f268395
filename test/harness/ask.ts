import type { Check } from '../../packages/hale/src/core/check.ts'
import { systemClock } from '../../packages/hale/src/core/clock.ts'
import { resultFromError } from '../../packages/hale/src/core/error-codes.ts'
import { unhealthy, type Result } from '../../packages/hale/src/core/result.ts'
import { createRunner, type Timed } from '../../packages/hale/src/core/runner.ts'
import { toResult } from '../../packages/hale/src/core/to-result.ts'
import { expectTold } from './expect-told.ts'

/**
 * In this time comes every answer that comes in time, whatever else the machine does: what hangs would hang for good. How far
 * it is from the timeout is tested with a clock of its own, in `runner.test.ts`.
 */
export const IN_TIME_MS = 10_000

/** What is said where a check says nothing in time. */
export const BY_RUNNER = 'Answered by the runner. See why the check did not.'

/**
 * Runs a check as a registry would: through hale's own runner, one run at a time, answered on time.
 *
 * @param timeoutMs less than the default only where no answer is expected, or where it is asked until one comes.
 */
export function asker(check: Check, timeoutMs = IN_TIME_MS): () => Promise<Timed<Result>> {
  const runner = createRunner<Result>({
    name: check.kind,
    timeoutMs,
    clock: systemClock,
    run: async (context) => toResult(await check.run(context)),
    onTimeout: () => unhealthy('TIMEOUT', BY_RUNNER),
    onThrow: (error) => resultFromError(error),
  })
  return async () => {
    const timed = await runner.run()
    expectTold(check, timed.value)
    return timed
  }
}

/** Runs a check once and closes it. */
export async function askOnce(check: Check, timeoutMs = IN_TIME_MS): Promise<Result> {
  try {
    return (await asker(check, timeoutMs)()).value
  } finally {
    await check.close?.()
  }
}

/** {@link askOnce} of a check that uses up most of its time before it says what is wrong: with little, and with more where that was too little. */
export async function askBriefly(make: () => Check, timeoutMs: number): Promise<Result> {
  const result = await askOnce(make(), timeoutMs)
  return result.code === 'TIMEOUT' ? await askOnce(make()) : result
}
