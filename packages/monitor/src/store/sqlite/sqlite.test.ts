import { mkdtemp, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { newWorkerId } from '../../cluster/worker.ts'
import { storeConformance } from '../conformance.ts'
import { incident, LOCK, notice, tickOf, TTL } from '../conformance/rows.ts'
import { watchOne, type StorePlace } from '../conformance/stage.ts'
import { openSqliteStore } from './sqlite.ts'

async function makePlace(): Promise<StorePlace> {
  const folder = await mkdtemp(join(tmpdir(), 'hale-store-'))
  return {
    open: (clock) => openSqliteStore({ path: join(folder, 'hale.db'), clock }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

storeConformance('sqlite', makePlace)

describe('a SQLite file that a killed process left behind', () => {
  const gone = `${hostname()}/${process.pid}/an-earlier-process/random`

  it('has its leases free at once', async () => {
    const { store, clock, place } = await watchOne(makePlace)
    clock.pass(TTL)
    const { owned } = await store.renewAndClaim(gone, TTL)
    const next = await place.open(clock)
    onTestFinished(() => next[Symbol.asyncDispose]())
    expect((await next.renewAndClaim('next', TTL)).owned).toHaveLength(owned.length)
  })

  it('M3: what it was sending is sent again at once, alone, since it may have arrived; the living keep their locks', async () => {
    const { store, clock, place, lease } = await watchOne(makePlace)
    const notifications = [notice('1-2', 1), notice('1-2', 2), notice('1-2', 3), notice('1-2', 1, 'mail')]
    await store.commitTicks([tickOf(lease, 0, { incidents: [incident('1-2')], notifications })])
    await store.claimOutbox(newWorkerId(), 1, LOCK)
    const reopened = await place.open(clock)
    onTestFinished(() => reopened[Symbol.asyncDispose]())
    expect(await reopened.claimOutbox('next', 9, LOCK)).toEqual([])
    expect(await reopened.nextDelivery()).toBe(clock.wall() + LOCK)

    clock.pass(LOCK)
    await reopened.claimOutbox(gone, 1, LOCK)
    const next = await place.open(clock)
    onTestFinished(() => next[Symbol.asyncDispose]())
    expect(await next.nextDelivery()).toBeLessThanOrEqual(clock.wall())
    expect(await next.claimOutbox('next', 9, LOCK)).toMatchObject([
      { key: '1-2:1:mail', ambiguous: true },
      { key: '1-2:1:web', ambiguous: true },
    ])
  })
})
