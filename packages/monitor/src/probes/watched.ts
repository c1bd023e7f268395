import type { TargetKind } from '@hale/contract'
import { createRunner, type Clock, type Result, type Runner } from 'hale'
import type { ProbeReport } from '../evaluate/news.ts'
import type { ProbeOutcome, TargetSpec } from '../model.ts'
import type { Due } from './due-heap.ts'
import { failedResult } from './failure.ts'
import type { Prober, Progress } from './prober.ts'
import { createRedaction } from './redaction.ts'
import { firstSlot, slotAfter, slotsOf, type Slots } from './slots.ts'
import { timeoutResult } from './timeout.ts'

/** One target of a schedule: when it is due, and its one probe at a time. */
export class Watched implements Due {
  readonly target: TargetSpec
  /** Those who asked for a probe and wait for its report. */
  readonly waiting: ((report: ProbeReport | undefined) => void)[] = []
  dueAt: number
  queuedAt = 0
  busy = false
  removed = false
  /** The next probe is fresh, whatever its number. */
  freshNext = true
  readonly #prober: Prober
  readonly #runner: Runner<ProbeOutcome>
  readonly #origin: number
  readonly #slots: Slots
  readonly #progress: Progress = { step: 'start' }
  readonly #redact = createRedaction()
  #slot: number | undefined
  #probes = 0
  #fresh = true

  /** @param origin monotonic time from which the slots are counted. */
  constructor(
    target: TargetSpec,
    { clock, probers }: { readonly clock: Clock; readonly probers: Readonly<Record<TargetKind, Prober>> },
    origin: number,
  ) {
    const { timeoutMs } = target.policy
    const prober = probers[target.kind]
    this.target = target
    this.#origin = origin
    this.#slots = slotsOf(target)
    this.dueAt = clock.now() + this.#slots.firstMs
    this.#prober = prober
    this.#runner = createRunner<ProbeOutcome>({
      name: target.name,
      timeoutMs,
      clock,
      run: ({ signal }) => prober.probe(target, { signal, timeoutMs, fresh: this.#fresh, progress: this.#progress }),
      onTimeout: (info) => withoutAnswer(timeoutResult(info, this.#progress), info.hangingMs),
      onThrow: (error) => withoutAnswer(failedResult(error), 0),
    })
  }

  /** Moves on to the next slot after `now`; returns how many were missed in between. */
  advance(now: number): number {
    const since = now - this.#origin
    const before = this.#slot
    this.#slot =
      before === undefined ? firstSlot(this.#slots, since) : Math.max(before + 1, slotAfter(this.#slots, since))
    this.dueAt = this.#origin + this.#slots.phaseMs + this.#slot * this.#slots.everyMs
    return before === undefined ? 0 : this.#slot - before - 1
  }

  /** Probes once; the outcome is there after the timeout at the latest (E3). */
  async probe(): Promise<ProbeReport> {
    const fresh = this.freshNext || (this.#probes + this.#slots.freshPhase) % this.target.freshEvery === 0
    this.#fresh = fresh
    this.freshNext = false
    this.#probes++
    this.#progress.step = 'start'
    this.busy = true
    const { value, at } = await this.#runner.run()
    this.busy = false
    return { targetId: this.target.id, at, fresh, outcome: this.#redact(value) }
  }

  /** Hands the report to those who wait for it. */
  settle(report: ProbeReport | undefined): void {
    for (const resolve of this.waiting.splice(0)) resolve(report)
  }

  close(): void {
    this.removed = true
    this.#runner.close()
    this.#prober.forget(this.target.id)
    if (!this.busy) this.settle(undefined)
  }
}

function withoutAnswer(result: Result, durationMs: number): ProbeOutcome {
  return { result, durationMs, phases: undefined, certificate: undefined, document: undefined, components: [] }
}
