import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from 'hale'
import type { Incident, Message } from '../src/model.ts'
import { openSqliteStore } from '../src/store/sqlite/sqlite.ts'
import type { Lease, NewNotification, Store } from '../src/store/store.ts'
import { aMessage } from './a-message.ts'
import { aTarget } from './builders.ts'

/** Who can have incidents here. */
const TARGETS = ['payments', 'orders', 'legacy', ...Array.from({ length: 60 }, (_, i) => `t${i}`)]

/** A real store in a folder of its own, and a producer that puts incidents into it by the tick transaction. */
export interface OutboxFixture extends AsyncDisposable {
  readonly store: Store
  readonly producer: Producer
}

export interface Producer {
  /** Targets that have an open incident. */
  readonly failing: ReadonlySet<string>
  /** Commits an incident that opens; its channels are told. Returns the keys of its notifications. */
  open(target: string, channels: readonly string[]): Promise<readonly string[]>
  /** Commits the end of a target's open incident. */
  resolve(target: string, channels: readonly string[]): Promise<readonly string[]>
}

export async function anOutbox(clock: Pick<Clock, 'wall'>): Promise<OutboxFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'hale-outbox-'))
  const store = await openSqliteStore({ path: join(folder, 'hale.db'), clock, shards: 1 })
  return {
    store,
    producer: await createProducer(store, clock),
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

/** Owns the store's only shard and writes into it as the tick would. */
export async function createProducer(store: Store, clock: Pick<Clock, 'wall'>): Promise<Producer> {
  await store.roster.sync(TARGETS.map((id) => aTarget({ id })))
  const { owned } = await store.renewAndClaim('producer', 3_600_000)
  const lease = owned.find(({ shard }) => shard === 0) as Lease
  const image = await store.loadShard(lease)
  let tick = image.tick
  /** No two commits have the same time, so that what was made can be put in order by it. */
  let last = 0
  let opened = (await store.history.incidents({ limit: 10_000 })).length
  const open = new Map(image.incidents.map(({ incident }) => [incident.targetId, incident]))

  async function commit(
    incident: Incident,
    n: number,
    kind: Message['kind'],
    channels: readonly string[],
  ): Promise<readonly string[]> {
    const at = Math.max(clock.wall(), last + 1)
    last = at
    const name = incident.targetId
    const message = aMessage({
      kind,
      incidentId: incident.id,
      target: { id: name, name, address: `https://${name}.example` },
      title: kind === 'resolved' ? `${name} is healthy again` : `${name}: ${incident.cause}`,
      status: kind === 'resolved' ? 'healthy' : 'unhealthy',
      at,
      openedAt: incident.openedAt,
    })
    const notifications = channels.map((channel): NewNotification => {
      return { key: `${incident.id}:${n}:${channel}`, incidentId: incident.id, n, channel, message, createdAt: at }
    })
    tick += 1
    const outcome = await store.commitTicks([
      {
        lease,
        tick,
        at,
        samples: [],
        states: new Map(),
        intervals: [],
        incidents: [incident],
        events: [
          { incidentId: incident.id, n, at, kind: kind === 'resolved' ? 'resolved' : 'opened', text: message.title },
        ],
        notifications,
        rollups: [],
      },
    ])
    if (outcome.get(0) !== 'ok') throw new Error(`the tick was ${outcome.get(0)}`)
    return notifications.map(({ key }) => key)
  }

  return {
    get failing() {
      return new Set(open.keys())
    },
    async open(target, channels) {
      opened += 1
      const incident: Incident = {
        id: `${target}-${opened}`,
        targetId: target,
        severity: 'critical',
        openedAt: clock.wall(),
        closedAt: undefined,
        component: undefined,
        code: 'TIMEOUT',
        cause: 'it did not answer in time',
      }
      open.set(target, incident)
      return commit(incident, 1, 'firing', channels)
    },
    async resolve(target, channels) {
      const incident = open.get(target)
      if (incident === undefined) throw new Error(`${target} has no open incident`)
      open.delete(target)
      return commit({ ...incident, closedAt: clock.wall() }, 2, 'resolved', channels)
    },
  }
}
