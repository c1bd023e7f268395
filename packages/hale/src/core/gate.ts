import type { Check, CheckContext } from './check.ts'
import type { Condition, ConditionContext } from './condition.ts'
import { formatDuration } from './duration.ts'
import { redact } from './redact.ts'
import { unknown, type Result } from './result.ts'
import type { TimeoutInfo } from './runner.ts'

/** A check's run, behind its condition. */
export interface Gate {
  /** Runs the check if its condition holds; says `skipped` and why if not, and `unknown` if that cannot be said. */
  readonly run: (context: CheckContext) => unknown
  /** The answer for a run whose condition takes too long; undefined when it is the check itself that does. */
  readonly onTimeout: (info: TimeoutInfo) => Result | undefined
}

export interface GateOptions {
  readonly check: Check
  readonly when: Condition
  readonly conditions: ConditionContext
  /** Takes the whole error of a condition that throws. */
  readonly onError: (error: unknown) => void
}

/** Puts a check's condition before its run. Both share the run's timeout and its single flight. */
export function createGate({ check, conditions, onError, when }: GateOptions): Gate {
  const runCheck = (context: CheckContext): unknown => check.run(context) // as its method: it may be an object of a class
  let asking = false
  return {
    async run(context) {
      asking = true
      try {
        const { because, holds } = await when.test(conditions)
        if (!holds) return { status: 'skipped', message: `Not asked: ${because}.` }
      } catch (error) {
        onError(error)
        return failed(
          `the condition threw${error instanceof Error ? `: ${redact(error.message).replace(/\.$/, '')}` : ''}`,
        )
      } finally {
        asking = false
      }
      // Once the run has been answered for, nobody waits for what the check would say.
      return context.signal.aborted ? undefined : runCheck(context)
    },
    onTimeout: ({ timeoutMs }) =>
      asking ? failed(`the condition did not answer within ${formatDuration(timeoutMs)}`) : undefined,
  }
}

function failed(why: string): Result {
  return unknown('CONDITION_FAILED', `Whether it is to be asked cannot be said: ${why}.`)
}
