// Commits ticks to a SQLite file as fast as it can until it is killed, every shard in each.
// Writes the number of a tick on a line of its own once the store has acknowledged it.
import { writeSync } from 'node:fs'
import { openSqliteStore } from '../sqlite/sqlite.ts'
import { incident, interval, leaseOf, notice, sample, START, storedState, tickOf, TTL } from './rows.ts'

const [path = '', wall = ''] = process.argv.slice(2)
const store = await openSqliteStore({ path, clock: { wall: () => Number(wall) } })
const worker = `writer-${process.pid}`
const { lease, series } = await leaseOf(store, worker, 'orders')
const others = (await store.renewAndClaim(worker, TTL)).owned.filter(({ shard }) => shard !== lease.shard)
const { tick: last } = await store.loadShard(lease)

for (let tick = last + 1; ; tick += 1) {
  const at = START + tick * 1_000
  const open = incident(`${tick}`, { openedAt: at })
  const before = incident(`${tick - 1}`, { openedAt: at - 1_000, closedAt: at })
  const outcomes = await store.commitTicks([
    tickOf(lease, tick, {
      samples: [sample(series, at)],
      states: new Map([[series, storedState(at, { tick })]]),
      intervals: [interval(series, tick, 'unhealthy', at)],
      incidents: tick === 0 ? [open] : [before, open],
      events: [{ incidentId: `${tick}`, n: 1, at, kind: 'opened', text: '' }],
      notifications: [notice(`${tick}`, 1)],
      rollups: [{ series, hour: START + tick * 3_600_000, up: 1, failed: 0, unknown: 0, sketch: new Uint8Array(50) }],
    }),
    ...others.map((other) => tickOf(other, tick)),
  ])
  if ([...outcomes.values()].some((outcome) => outcome !== 'ok')) throw new Error(`tick ${tick} was refused`)
  writeSync(1, `${tick}\n`)
}
