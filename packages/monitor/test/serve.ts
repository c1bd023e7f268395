import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from 'hale'
import { pino } from 'pino'
import { createServer, type Server, type ServerOptions } from '../src/api/server.ts'
import { openPicture, type Picture } from '../src/live/picture.ts'
import type { ProbeOutcome, TargetSpec } from '../src/model.ts'
import { openStore } from '../src/store/open.ts'
import type { Store } from '../src/store/store.ts'
import { createTick } from '../src/tick.ts'
import { anOutcome } from './builders.ts'

/** A listening server over a real store and a real tick; only the probes are the test's own words. */
export interface Serving extends AsyncDisposable {
  readonly url: string
  readonly key: string
  readonly server: Server
  readonly store: Store
  readonly picture: Picture
  /** Hands outcomes to the tick, and waits until they are committed and shown. */
  probe(outcomes: Readonly<Record<string, Partial<ProbeOutcome>>>): Promise<void>
  /** Asks with the admin key, or as `init` says. */
  ask(path: string, init?: RequestInit): Promise<Response>
}

export async function serve(
  targets: readonly TargetSpec[],
  options: Partial<Omit<ServerOptions, 'config'>> & {
    readonly server?: Partial<ServerOptions['config']['server']>
  } = {},
): Promise<Serving> {
  const folder = await mkdtemp(join(tmpdir(), 'hale-api-'))
  const store = await openStore(`sqlite:${folder}`)
  await store.roster.sync(targets)
  const logger = pino({ level: 'silent' })
  const clock = systemClock
  const tick = createTick({
    store,
    clock,
    logger,
    channels: ['ops'],
    publicUrl: undefined,
    onNotifications: () => undefined,
    onFenced: () => undefined,
  })
  const { owned } = await store.renewAndClaim('test', 600_000)
  for (const lease of owned) await tick.adopt(lease)
  const shards = owned.map(({ shard }) => shard)
  const picture = await openPicture({ source: tick, history: store.history, shards, version: '1.2.3', timeZone: 'UTC' })
  const server = await createServer({
    picture,
    store,
    logger,
    version: '1.2.3',
    stats: () => tick.stats,
    ...options,
    config: {
      store: `sqlite:${folder}`,
      server: { host: '127.0.0.1', port: 0, publicUrl: undefined, ...options.server },
    },
  })
  const { address: url, firstKey } = await server.listen()
  if (firstKey === undefined) throw new Error('a new store has no key')
  return {
    url,
    key: firstKey,
    server,
    store,
    picture,
    async probe(outcomes) {
      const committed = new Promise<void>((resolve) => {
        const wanted = new Set(Object.keys(outcomes))
        const stop = tick.subscribe(({ targets: told }) => {
          for (const { spec, samples } of told) if (samples.length > 0) wanted.delete(spec.id)
          if (wanted.size > 0) return
          stop()
          resolve()
        })
      })
      const at = { now: clock.now(), wall: clock.wall() }
      for (const [targetId, outcome] of Object.entries(outcomes)) {
        tick.take({ targetId, at, fresh: false, outcome: anOutcome(outcome) })
      }
      await committed
    },
    ask: (path, init) => fetch(`${url}${path}`, init ?? { headers: { 'x-api-key': firstKey } }),
    async [Symbol.asyncDispose]() {
      await server.close()
      picture[Symbol.dispose]()
      await tick[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
