import type { Timer } from '../../core/clock.ts'
import type { Health } from '../../core/health.ts'
import type { CheckReport } from '../../core/report.ts'
import type { Item, LookSignal } from './signal.ts'

/** What exporters need of a registry. */
export type ExportedHealth = Pick<Health, 'clock' | 'on' | 'view'>

/** Longer messages are cut: Datadog shows no more of one. Characters. */
const MAX_MESSAGE = 500

/** Checks told of within one turn of the event loop, and the longest such turn: telling of many delays none (E16). */
const MOST_IN_A_TURN = 256
const LONGEST_TURN_MS = 1

export interface Watch {
  /** Takes a last look, then stops. Called once. */
  end(): Promise<void>
}

/**
 * Tells of every run and every transition as it happens, and of how things stand every `everyMs`, of
 * the whole last. Asks no check (E11), and
 * passes on results as the registry keeps them, which is without credentials (E10).
 */
export function watchHealth(health: ExportedHealth, everyMs: number, tell: (item: Item) => void): Watch {
  const { clock } = health
  const view = health.view('all')
  let timer: Timer
  let looking: Promise<void> | undefined

  const look = async (): Promise<void> => {
    let left = MOST_IN_A_TURN
    let startedAt = clock.now()
    let many = false
    for (const [check, line] of view.lines()) {
      if (left === 0 || clock.now() - startedAt >= LONGEST_TURN_MS) {
        await nextTurn()
        left = MOST_IN_A_TURN
        startedAt = clock.now()
        many = true
      }
      left--
      tell(toLook(check, line, clock.wall()))
    }
    // It is made of all of them in one go, which costs a fraction right after they were looked at.
    if (many) await nextTurn()
    tell({ type: 'look', status: view.report({ lines: false }).status, at: clock.wall() })
  }
  /** Joins the look that is under way. */
  const lookOnce = (): Promise<void> => {
    looking ??= look().finally(() => {
      looking = undefined
    })
    return looking
  }
  const again = (): void => {
    timer = clock.after(everyMs, () => {
      again()
      void lookOnce()
    })
  }
  const takeOff = [
    health.on('run', ({ at, check, durationMs, kind, result: { status } }) =>
      tell({ type: 'run', check, kind, status, seconds: durationMs / 1_000, at }),
    ),
    health.on('transition', ({ at, check, from, reason, result: { code, message }, to }) =>
      tell({
        type: 'transition',
        check,
        from,
        to,
        reason,
        at,
        ...(code === undefined ? {} : { code }),
        ...(message === undefined ? {} : { message: clip(message) }),
      }),
    ),
  ]
  again()
  return {
    async end() {
      timer.cancel()
      await looking
      await lookOnce()
      for (const off of takeOff) off()
    },
  }
}

// Not a timer: this must also go on while nothing else keeps the process alive, for it ends with what is told last.
function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}

function toLook(check: string, { ageMs, consecutiveFailures, message, status }: CheckReport, at: number): LookSignal {
  return {
    type: 'look',
    check,
    status,
    at,
    ...(ageMs === undefined ? {} : { ageS: ageMs / 1_000 }),
    ...(consecutiveFailures === undefined ? {} : { failures: consecutiveFailures }),
    ...(message === undefined ? {} : { message: clip(message) }),
  }
}

/** A message, cut where it is longer than any place shows. */
export function clip(message: string): string {
  return message.length <= MAX_MESSAGE ? message : `${message.slice(0, MAX_MESSAGE - 1)}…`
}
