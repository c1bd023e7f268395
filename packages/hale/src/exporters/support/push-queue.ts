import type { Clock, Timer } from '../../core/clock.ts'
import type { Delivery } from './delivery.ts'
import { Fifo } from './fifo.ts'

export interface PushQueueOptions<T> {
  readonly clock: Clock
  /** Numbers from 0 up to 1. */
  readonly random: () => number
  /** Items that wait or are on their way, at most. May grow. */
  readonly capacity: () => number
  /** Items of one delivery, at most. */
  readonly batchSize: number
  /** How long the first item waits for others to go with it. */
  readonly windowMs: number
  /** How long one delivery may take. */
  readonly timeoutMs: number
  /** Takes a batch to the other side. Only one at a time; the signal is aborted when it takes too long. */
  readonly deliver: (batch: readonly T[], signal: AbortSignal) => Promise<Delivery>
  /** Told of every delivery that failed: why, and what is done about it. Must not throw. */
  readonly onProblem: (why: string, then: string) => void
}

/** What has become of everything that was pushed: `sent + dropped + queued` is all of it. */
export interface PushFigures {
  readonly sent: number
  /** Given up: the oldest when the queue was full, what the other side refused, and what was left when it closed. */
  readonly dropped: number
  /** Waiting or on their way. */
  readonly queued: number
}

const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 60_000
/** Nobody may put us off for longer, whatever `Retry-After` says. */
const LONGEST_WAIT_MS = 600_000

/**
 * Items on their way to another system. `push` only appends, whatever the other side does: it neither waits nor throws.
 *
 * In batches, in order, one delivery at a time; the oldest are dropped when it is full; what failed is tried again after a
 * time that doubles, from 1 s to 60 s, of which a random half is taken off, or after what the other side asks for.
 */
export class PushQueue<T> {
  readonly #options: PushQueueOptions<T>
  readonly #waiting = new Fifo<T>()
  #underWay = 0
  #sent = 0
  #dropped = 0
  #failures = 0
  #batchSize: number
  #timer: Timer | undefined
  /** How long the timer was set for. */
  #timerMs = 0
  #delivery: Promise<boolean> | undefined
  #giveUp: ((why: string) => void) | undefined
  #closed: Promise<void> | undefined
  #ended = false

  constructor(options: PushQueueOptions<T>) {
    this.#options = { ...options, batchSize: Math.min(options.batchSize, options.capacity()) }
    this.#batchSize = this.#options.batchSize
  }

  get figures(): PushFigures {
    return { sent: this.#sent, dropped: this.#dropped, queued: this.#waiting.length + this.#underWay }
  }

  push(item: T): void {
    if (this.#closed !== undefined) {
      this.#dropped++
      return
    }
    this.#waiting.push(item)
    this.#trim()
    this.#wakeAfter(this.#waiting.length >= this.#batchSize ? 0 : this.#options.windowMs)
  }

  /** Delivers what is queued now, without waiting for the window or a retry; ends at the first failure. Never rejects. */
  async flush(): Promise<void> {
    await this.#delivery
    const { queued, sent, dropped } = this.figures
    const goal = sent + dropped + queued
    while (this.#waiting.length > 0 && this.#sent + this.#dropped < goal) {
      if (!(await this.#deliver())) return
    }
  }

  /** Flushes for `graceMs` at most, then drops what is left. Every call gets the promise of the first. Never rejects. */
  close(graceMs: number): Promise<void> {
    this.#closed ??= this.#close(graceMs)
    return this.#closed
  }

  async #close(graceMs: number): Promise<void> {
    const { clock, onProblem } = this.#options
    let grace: Timer | undefined
    const over = new Promise<void>((resolve) => {
      grace = clock.after(graceMs, resolve)
    })
    await Promise.race([this.flush(), over])
    grace?.cancel()
    this.#ended = true
    this.#giveUp?.('no answer before it closed')
    this.#cancelTimer()
    const left = this.#waiting.take(Infinity).length
    this.#dropped += left
    if (left > 0) onProblem('closed', `dropped ${countItems(left)} that could not be sent before`)
  }

  #trim(): void {
    const over = this.#waiting.length + this.#underWay - this.#options.capacity()
    if (over > 0) this.#dropped += this.#waiting.take(over).length
  }

  // While something is on its way or put off, the time for the next is known already.
  #wakeAfter(ms: number): void {
    if (this.#delivery !== undefined || this.#failures > 0) return
    if (this.#timer !== undefined && ms >= this.#timerMs) return
    this.#setTimer(ms)
  }

  #cancelTimer(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #setTimer(ms: number): void {
    this.#cancelTimer()
    this.#timerMs = ms
    this.#timer = this.#options.clock.after(ms, () => {
      this.#timer = undefined
      void this.#deliver()
    })
  }

  /** Delivers one batch, or joins the delivery under way. True when more may follow at once. */
  #deliver(): Promise<boolean> {
    this.#delivery ??= this.#deliverBatch().finally(() => {
      this.#delivery = undefined
      this.#next()
    })
    return this.#delivery
  }

  async #deliverBatch(): Promise<boolean> {
    const batch = this.#waiting.take(this.#batchSize)
    this.#underWay = batch.length
    const delivery = batch.length === 0 ? undefined : await this.#attempt(batch)
    this.#underWay = 0
    return delivery === undefined || this.#settle(batch, delivery)
  }

  #settle(batch: readonly T[], delivery: Delivery): boolean {
    const { batchSize, onProblem } = this.#options
    if (delivery.outcome === 'taken') {
      this.#sent += batch.length
      this.#goOn()
      this.#batchSize = Math.min(batchSize, this.#batchSize * 2)
      return true
    }
    if (delivery.outcome === 'too-large' && batch.length > 1 && !this.#ended) {
      this.#batchSize = Math.ceil(batch.length / 2)
      this.#waiting.putBack(batch)
      return true
    }
    if (delivery.outcome !== 'retry' || this.#ended) {
      this.#dropped += batch.length
      this.#goOn()
      onProblem(delivery.why, `dropped ${countItems(batch.length)}`)
      return true
    }
    this.#failures++
    this.#waiting.putBack(batch)
    const waitMs = this.#retryAfter(delivery.afterMs)
    onProblem(
      delivery.why,
      this.#closed === undefined ? `trying again in ${Math.round(waitMs / 1_000)} s` : 'giving up',
    )
    this.#setTimer(waitMs)
    return false
  }

  #goOn(): void {
    this.#failures = 0
    this.#cancelTimer()
  }

  #retryAfter(askedMs: number | undefined): number {
    const { random } = this.#options
    const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#failures - 1, 16))
    const own = longest * (1 - random() / 2)
    return askedMs === undefined ? own : Math.min(LONGEST_WAIT_MS, Math.max(own, askedMs))
  }

  #next(): void {
    if (this.#waiting.length === 0 || this.#timer !== undefined) return
    this.#setTimer(this.#waiting.length >= this.#batchSize ? 0 : this.#options.windowMs)
  }

  /** One delivery, answered on time whether it heeds its signal or not. */
  async #attempt(batch: readonly T[]): Promise<Delivery> {
    const { clock, deliver, timeoutMs } = this.#options
    const stop = new AbortController()
    let timer: Timer | undefined
    const tooLate = new Promise<Delivery>((resolve) => {
      this.#giveUp = (why) => {
        resolve({ outcome: 'retry', why })
        stop.abort(new DOMException(why, 'AbortError'))
      }
      timer = clock.after(timeoutMs, () => this.#giveUp?.(`no answer within ${timeoutMs / 1_000} s`))
    })
    try {
      return await Promise.race([deliver(batch, stop.signal), tooLate])
    } catch (error) {
      return { outcome: 'retry', why: error instanceof Error ? error.message : String(error) }
    } finally {
      timer?.cancel()
      this.#giveUp = undefined
    }
  }
}

const countItems = (count: number): string => (count === 1 ? '1 item' : `${count} items`)
