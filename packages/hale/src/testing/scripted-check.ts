import { defineCheck, type CheckContext, type DependencyCheck } from '../core/check.ts'
import type { Result } from '../core/result.ts'
import type { Status } from '../core/status.ts'

/**
 * One step of a script: a status, a whole result, an error to throw, `hang` (never answers, whatever the signal says), or
 * a function.
 */
export type Step = Status | Result | Error | 'hang' | ((context: CheckContext) => Result | Promise<Result>)

/** A check that does what its script says, and counts. */
export interface ScriptedCheck extends DependencyCheck {
  /** How often it was run. */
  readonly runs: number
  /** Runs that have not ended. */
  readonly live: number
  /** The most that ever ran at one time. */
  readonly mostLive: number
  /** How often it was closed. */
  readonly closes: number
  /** Ends every run that hangs, with this result. */
  release(result?: Result): void
}

/** Makes a check that takes one step a run and stays at the last one. */
export function scriptedCheck(steps: readonly [Step, ...Step[]]): ScriptedCheck {
  const hanging = new Set<(result: Result) => void>()
  let runs = 0
  let live = 0
  let mostLive = 0
  let closes = 0

  const take = async (step: Step, context: CheckContext): Promise<Result> => {
    if (step instanceof Error) throw step
    if (typeof step === 'function') return step(context)
    if (step !== 'hang') return typeof step === 'object' ? step : toResult(step)
    return new Promise((resolve) => {
      hanging.add(resolve)
    })
  }

  const check = defineCheck({
    kind: 'scripted',
    async run(context) {
      const step = steps[Math.min(runs, steps.length - 1)] ?? steps[0]
      runs++
      live++
      mostLive = Math.max(mostLive, live)
      try {
        return await take(step, context)
      } finally {
        live--
      }
    },
    close: () => void closes++,
  })

  return Object.freeze({
    ...check,
    get runs() {
      return runs
    },
    get live() {
      return live
    },
    get mostLive() {
      return mostLive
    },
    get closes() {
      return closes
    },
    release(result: Result = { status: 'healthy' }) {
      for (const resolve of hanging) resolve(result)
      hanging.clear()
    },
  })
}

function toResult(status: Status): Result {
  return status === 'healthy' ? { status } : { status, code: 'SCRIPTED', message: `The script says ${status}.` }
}
