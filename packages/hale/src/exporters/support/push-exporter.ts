import type { Duration } from '../../core/duration.ts'
import { guardLogger, type Logger } from '../../core/logger.ts'
import type { Delivery } from './delivery.ts'
import { readOptions } from './options.ts'
import { PushQueue, type PushFigures } from './push-queue.ts'
import { toItemType, toSignals, type Item, type Signal } from './signal.ts'
import { watchHealth, type ExportedHealth } from './watch-health.ts'

/** What every exporter that pushes takes. */
export interface PushOptions {
  /** How often it tells how things stand. Runs and transitions go on their way as they happen. Default `10s`. */
  readonly every?: Duration
  /**
   * Items that wait for one address at most; beyond it the oldest are dropped and counted. A run is one, a transition, and how
   * a check stands at one time. Default 10,000, or twice as many as there are checks where that is more.
   */
  readonly capacity?: number
  /** How long one delivery may take. Default `5s`. */
  readonly timeout?: Duration
  /** Where failed deliveries are told, once for each kind in a row. Default `console`. */
  readonly logger?: Logger
  /** Numbers from 0 up to 1, for the time between retries. Default `Math.random`. */
  readonly random?: () => number
}

/** At work from the moment it is made until `close()`. It never delays or fails a check. */
export interface Exporter extends AsyncDisposable {
  /** What has become of everything there was to tell. The dropped are told as `hale.exporter.dropped` too. */
  readonly figures: PushFigures
  /** Sends what is there now, without waiting for more or for a retry. Never rejects: see `figures`. */
  flush(): Promise<void>
  /**
   * Takes a last look, sends what is left for as long as one delivery may take, and releases everything. Call it before
   * `health.close()`. Every call gets the promise of the first; it never rejects.
   */
  close(): Promise<void>
}

/** One way out, with its own queue: what one failing endpoint holds up does not hold up the others. */
export interface Lane {
  readonly takes: readonly Signal['type'][]
  /** Items of one delivery, at most; a look at a check is one, of which up to four signals come. */
  readonly batchSize: number
  readonly deliver: (batch: readonly Signal[], signal: AbortSignal) => Promise<Delivery>
}

/** A lane for some types of signals. */
export function lane<T extends Signal['type']>(
  types: readonly T[],
  batchSize: number,
  deliver: (batch: readonly Extract<Signal, { readonly type: T }>[], signal: AbortSignal) => Promise<Delivery>,
): Lane {
  return {
    takes: types,
    batchSize,
    // It is given what it takes, and nothing else.
    deliver: deliver as Lane['deliver'],
  }
}

export interface PushExporterParts {
  /** As in `hale/exporters/<name>`. */
  readonly name: string
  readonly lanes: readonly Lane[]
  /** Releases sockets. */
  readonly release: () => void | Promise<void>
}

/** Where fewer items wait nothing is dropped, but by an option. */
const LEAST_CAPACITY = 10_000
/** One that is on its way, and one more. */
const LOOKS_KEPT = 2

/** How many items the largest look made so far, while one is being taken too. It is bounded by the number of checks. */
class LookSize {
  #current = 0
  #largest = 0

  get largest(): number {
    return this.#largest
  }

  count(): void {
    this.#current++
    this.#largest = Math.max(this.#largest, this.#current)
  }

  end(): void {
    this.#current = 0
  }
}

/** How long the first item waits for others to go with it. */
const WINDOW_MS = 1_000

/** Options that cannot work are refused before, by {@link refuseMisuse}. */
export function createPushExporter(health: ExportedHealth, options: PushOptions, parts: PushExporterParts): Exporter {
  const { name, release } = parts
  const { capacity, everyMs, timeoutMs } = readOptions(options)
  const { clock } = health
  const logger = guardLogger(options.logger ?? console)
  const looks = new LookSize()

  const lanes = parts.lanes.map(({ batchSize, deliver, takes }) => {
    let told: string | undefined
    const queue = new PushQueue<Item>({
      clock,
      capacity: () => capacity ?? Math.max(LEAST_CAPACITY, LOOKS_KEPT * looks.largest),
      batchSize,
      timeoutMs,
      random: options.random ?? Math.random,
      windowMs: WINDOW_MS,
      async deliver(batch, signal) {
        const signals = batch.flatMap((item) => toSignals(item, takes))
        const delivery = await deliver(signals, signal)
        if (delivery.outcome === 'taken') told = undefined
        return delivery
      },
      onProblem(why, then) {
        if (why === told) return
        told = why
        logger.error(`hale/exporters/${name}: ${then}`, new Error(why))
      },
    })
    return { queue, items: new Set(takes.map(toItemType)) }
  })

  const figures = (): PushFigures => {
    const all = lanes.map(({ queue }) => queue.figures)
    const sum = (field: keyof PushFigures): number => all.reduce((total, each) => total + each[field], 0)
    return { sent: sum('sent'), dropped: sum('dropped'), queued: sum('queued') }
  }
  const watch = watchHealth(health, everyMs, (item) => {
    const isLook = item.type === 'look'
    const isLast = isLook && item.check === undefined
    const told = isLast ? { ...item, dropped: figures().dropped } : item
    if (isLook) looks.count()
    if (isLast) looks.end()
    for (const { items, queue } of lanes) if (items.has(item.type)) queue.push(told)
  })

  const close = async (): Promise<void> => {
    await watch.end()
    await Promise.all(lanes.map(({ queue }) => queue.close(timeoutMs)))
    await release()
  }
  let closed: Promise<void> | undefined
  const exporter: Exporter = {
    get figures() {
      return figures()
    },
    async flush() {
      await Promise.all(lanes.map(({ queue }) => queue.flush()))
    },
    close() {
      closed ??= close()
      return closed
    },
    [Symbol.asyncDispose]: () => exporter.close(),
  }
  return exporter
}
