import { once } from 'node:events'
import { systemClock } from 'hale'
import type { Logger } from 'pino'
import { createDelivery } from './alerts/delivery.ts'
import { createServer, type Listening } from './api/server.ts'
import type { Print } from './channels/channel.ts'
import { openChannels } from './channels/index.ts'
import { createLeaseLoop } from './cluster/lease.ts'
import { newWorkerId } from './cluster/worker.ts'
import { retentionAt, type MonitorConfig } from './config/monitor-config.ts'
import { openPicture, type Picture } from './live/picture.ts'
import { retellIncidents } from './live/retell-incidents.ts'
import type { Notification } from './model.ts'
import { createGuard } from './probes/guard.ts'
import { createProbers } from './probes/index.ts'
import { createSchedule, type Schedule } from './probes/schedule.ts'
import { openStore } from './store/open.ts'
import type { Store } from './store/store.ts'
import { createTick } from './tick.ts'

/** Time after which a worker that says nothing has lost its shards to others. */
const LEASE_MS = 5_000
const RETAIN_EVERY_MS = 10 * 60_000

export interface RunOptions {
  /** Aborting it stops the monitor: what was probed is committed, leases are given back, and `run` resolves. */
  readonly signal: AbortSignal
  readonly logger: Logger
  readonly version: string
  /** The console channel speaks through it. */
  readonly print: Print
  /** Whether `print` shows colours. */
  readonly colour: boolean
  /** The built dashboard. */
  readonly dashboardFolder?: string
  /** Called once everything runs. */
  readonly onReady: (running: Running) => void
}

/** A monitor at work. */
export interface Running extends Listening {
  /** A link that signs its first user in. */
  loginLink(): string
  /** What is watched, and how it is. */
  readonly picture: Picture
}

/**
 * The whole monitor, put together in the order in which a value goes through it; leaving the function takes it apart
 * the other way round. Resolves after the signal, rejects when something cannot be started.
 */
export async function run(config: MonitorConfig, options: RunOptions): Promise<void> {
  const { signal, logger, version, print, colour } = options
  const clock = systemClock
  const worker = newWorkerId()
  const guard = createGuard(config.network)

  await using store = await openStore(config.store)
  await store.roster.sync(config.targets)

  await using channels = together(await openChannels(config.channels, { print, colour, guard, clock }))
  let onSettled: (notification: Notification) => void = () => {}
  await using delivery = createDelivery({
    store,
    channels: channels.all,
    clock,
    worker,
    logger,
    onSettled: (_settlement, notification) => onSettled(notification),
  })

  // Leases, tick and schedule know each other by these three arrows only.
  await using leases = createLeaseLoop({
    store,
    worker,
    ttlMs: LEASE_MS,
    clock,
    logger,
    adopt: async (lease) => {
      await tick.adopt(lease)
      schedule.update(watchedSpecs())
    },
    drop: (shard, why) => {
      tick.drop(shard, why)
      schedule.update(watchedSpecs())
    },
    onRenewal: (taken) => tick.leased(taken),
  })
  await using tick = createTick({
    store,
    clock,
    logger,
    channels: config.channels.map(({ name }) => name),
    publicUrl: config.server.publicUrl ?? addressOf(config.server),
    onNotifications: () => delivery.wake(),
    onFenced: (shard) => leases.lost(shard),
  })
  await using probers = createProbers({ guard, clock })
  const schedule: Schedule = createSchedule({ clock, probers, onReport: (report) => tick.take(report) })
  await using _schedule = { [Symbol.asyncDispose]: async () => schedule.close() }
  const watchedSpecs = () => tick.current().map(({ spec }) => spec)
  await leases.renew()

  const { shards } = leases
  using picture = await openPicture({ source: tick, history: store.history, shards, version, clock })
  onSettled = (notification) => {
    retellIncidents(notification, store.history, picture).catch((error: unknown) => {
      logger.warn({ err: error }, 'the pages were not told of a delivery')
    })
  }
  const server = await createServer({
    config,
    picture,
    store,
    version,
    logger,
    clock,
    stats: () => tick.stats,
    probeNow: async (targetId) => (await schedule.probeNow(targetId)) !== undefined,
    ...(options.dashboardFolder === undefined ? {} : { dashboardFolder: options.dashboardFolder }),
  })
  await using _server = { [Symbol.asyncDispose]: () => server.close() }
  const listening = await server.listen()
  using _retention = retainNowAndThen(store, config, logger)
  options.onReady({ ...listening, picture, loginLink: () => server.loginLink() })
  if (!signal.aborted) await once(signal, 'abort')
}

/** Drops what is older than the configuration keeps, a bounded piece at a time. */
function retainNowAndThen(store: Store, config: MonitorConfig, logger: Logger): Disposable {
  let timer = systemClock.after(0, retain)
  let stopped = false
  function retain(): void {
    store
      .retain(retentionAt(config.retention, systemClock.wall()))
      .then((dropped) => dropped.length > 0 && logger.info({ dropped }, 'old history dropped'))
      .catch((error: unknown) => logger.error({ err: error }, 'old history could not be dropped'))
      .finally(() => {
        if (!stopped) timer = systemClock.after(RETAIN_EVERY_MS, retain)
      })
  }
  return {
    [Symbol.dispose]() {
      stopped = true
      timer.cancel()
    },
  }
}

/** Where a person at this machine finds the pages, when nobody said where others do. */
function addressOf({ host, port }: MonitorConfig['server']): string | undefined {
  return port === 0 ? undefined : `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Several resources as one. */
function together<T extends AsyncDisposable>(all: readonly T[]): AsyncDisposable & { readonly all: readonly T[] } {
  return {
    all,
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((each) => each[Symbol.asyncDispose]()))
    },
  }
}
