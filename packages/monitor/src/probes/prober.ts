import type { ProbeOutcome, TargetSpec } from '../model.ts'

/** Asks one target once. One implementation a target kind, held in one map (`probes/index.ts`). */
export interface Prober extends AsyncDisposable {
  /**
   * Never rejects for what the world does: a failure is an outcome with a code.
   * Stops when the signal aborts; the caller (hale's runner) answers on time in any case (E3).
   */
  probe(target: TargetSpec, context: ProbeContext): Promise<ProbeOutcome>
  /** Lets go of what is kept for a target, its connection for one, because it is no longer watched or was changed. */
  forget(targetId: string): void
}

export interface ProbeContext {
  readonly signal: AbortSignal
  readonly timeoutMs: number
  /** Look the name up anew, connect anew, shake hands anew, whatever is kept alive. */
  readonly fresh: boolean
  /** Written by the prober as it goes on, so that whoever answers for a timeout can say where it got stuck. */
  readonly progress: Progress
}

/** What a probe is busy with. */
export interface Progress {
  step: 'start' | 'lookup' | 'connect' | 'handshake' | 'answer' | 'body'
}
