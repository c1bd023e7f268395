import type { CheckContext } from './check.ts'
import type { Clock, Timer } from './clock.ts'
import { formatDuration } from './duration.ts'
import type { Instant } from './state.ts'

export interface RunnerOptions<T> {
  /** What runs, for the context and for errors. */
  readonly name: string
  /** Milliseconds one run may take. */
  readonly timeoutMs: number
  readonly clock: Clock
  readonly run: (context: CheckContext) => T | Promise<T>
  /** The answer for a run that takes too long. Must not throw. */
  readonly onTimeout: (info: TimeoutInfo) => T
  /** The answer for a run that throws or rejects, and for one that is asked for after `close()`. Must not throw. */
  readonly onThrow: (error: unknown) => T
}

export interface TimeoutInfo {
  readonly timeoutMs: number
  /** Milliseconds since the run started. More than `timeoutMs` when an older run still hangs and no new one was started. */
  readonly hangingMs: number
}

/** A value with when it was there and how long it took. */
export interface Timed<T> {
  readonly value: T
  readonly at: Instant
  readonly durationMs: number
}

export interface Runner<T> {
  /** Starts a run, or joins the one that is under way. Never rejects. `hop` is for the context of a run that starts. */
  run(hop?: number): Promise<Timed<T>>
  /** As `run`, without a promise where the answer is there at once. */
  ask(hop?: number): Timed<T> | Promise<Timed<T>>
  /** True from the start of a run until it has really ended, however long ago it was answered for. */
  readonly live: boolean
  /** Aborts what runs and answers those who wait. Nothing starts afterwards. */
  close(): void
}

/**
 * Runs one thing at a time, and answers on time.
 *
 * Whoever asks while a run is under way shares it (E1). At the timeout its signal is aborted and all who wait are answered,
 * whether it heeds the signal or not (E3). If it goes on hanging no second run starts: who asks gets the timeout answer at
 * once. What it says in the end is dropped.
 */
export function createRunner<T>(options: RunnerOptions<T>): Runner<T> {
  return new SingleFlight(options)
}

class SingleFlight<T> implements Runner<T> {
  readonly #options: RunnerOptions<T>
  #flight: Flight<T> | undefined
  #closed = false

  constructor(options: RunnerOptions<T>) {
    this.#options = options
  }

  get live(): boolean {
    return this.#flight !== undefined
  }

  run(hop?: number): Promise<Timed<T>> {
    return Promise.resolve(this.ask(hop))
  }

  ask(hop = 0): Timed<T> | Promise<Timed<T>> {
    const options = this.#options
    const { clock, timeoutMs } = options
    const startedAt = clock.now()
    if (this.#closed) return timed(clock, startedAt, options.onThrow(closed(options.name)))

    const flight = this.#flight
    if (flight === undefined) return this.#start(new Flight<T>(options, startedAt, hop))
    if (!flight.answered) return flight.answer
    const hangingMs = startedAt - flight.startedAt
    return timed(clock, flight.startedAt, options.onTimeout({ timeoutMs, hangingMs }))
  }

  close(): void {
    this.#closed = true
    const flight = this.#flight
    if (flight === undefined) return
    const error = closed(this.#options.name)
    if (!flight.answered) flight.resolve(this.#options.onThrow(error))
    flight.abort(error)
  }

  #start(flight: Flight<T>): Timed<T> | Promise<Timed<T>> {
    const options = this.#options
    this.#flight = flight
    let outcome: T | Promise<T>
    let pending: boolean
    try {
      outcome = options.run(flight)
      pending = isThenable(outcome)
    } catch (error) {
      outcome = options.onThrow(error)
      pending = false
    }
    if (pending) return this.#await(flight, outcome as Promise<T>)
    // A result that is there at once costs neither a timer nor a promise.
    this.#flight = undefined
    return flight.resolve(outcome as T)
  }

  #await(flight: Flight<T>, outcome: Promise<T>): Promise<Timed<T>> {
    const options = this.#options
    const { clock, timeoutMs } = options
    flight.timer = clock.after(timeoutMs, () => {
      flight.resolve(options.onTimeout({ timeoutMs, hangingMs: timeoutMs }))
      flight.abort(new DOMException(`${flight.name} took longer than ${formatDuration(timeoutMs)}`, 'TimeoutError'))
    })
    const end = (value: () => T): void => {
      this.#flight = undefined
      if (!flight.answered) flight.resolve(value())
    }
    Promise.resolve(outcome).then(
      (value) => end(() => value),
      (error: unknown) => end(() => options.onThrow(error)),
    )
    return flight.answer
  }
}

/** One run, and what it is given as its context. */
class Flight<T> implements CheckContext {
  readonly name: string
  readonly clock: Clock
  readonly timeoutMs: number
  readonly startedAt: number
  readonly hop: number
  timer: Timer | undefined
  answered = false
  #controller: AbortController | undefined
  #abortedFor: unknown
  #answer: Promise<Timed<T>> | undefined
  #tell: ((answer: Timed<T>) => void) | undefined

  constructor(options: RunnerOptions<T>, startedAt: number, hop: number) {
    this.name = options.name
    this.clock = options.clock
    this.timeoutMs = options.timeoutMs
    this.startedAt = startedAt
    this.hop = hop
  }

  // Most checks that answer at once never look at it, and an AbortController costs more than the rest of a run.
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#abortedFor !== undefined) this.#controller.abort(this.#abortedFor)
    }
    return this.#controller.signal
  }

  get answer(): Promise<Timed<T>> {
    this.#answer ??= new Promise((resolve) => {
      this.#tell = resolve
    })
    return this.#answer
  }

  resolve(value: T): Timed<T> {
    this.answered = true
    this.timer?.cancel()
    const answer = timed(this.clock, this.startedAt, value)
    this.#tell?.(answer)
    return answer
  }

  abort(reason: unknown): void {
    this.#abortedFor = reason
    this.#controller?.abort(reason)
  }
}

function timed<T>(clock: Clock, startedAt: number, value: T): Timed<T> {
  const now = clock.now()
  // A clock of the app's own might go back, which no figure of ours may show.
  return { value, at: { now, wall: clock.wall() }, durationMs: Math.max(0, now - startedAt) }
}

function closed(name: string): Error {
  return new DOMException(`${name} was closed`, 'AbortError')
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
