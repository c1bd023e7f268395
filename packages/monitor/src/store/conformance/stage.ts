import type { Clock } from 'hale'
import { onTestFinished } from 'vitest'
import type { SeriesId, TargetSpec } from '../../model.ts'
import type { Lease, Store } from '../store.ts'
import { leaseOf, spec, START } from './rows.ts'

/** Where a back end under test keeps its data; what one store wrote, the next one opened here finds. */
export interface StorePlace extends AsyncDisposable {
  open(clock: Pick<Clock, 'wall'>): Promise<Store>
}

/** Makes an empty place. */
export type MakePlace = () => Promise<StorePlace>

/** A clock that moves only when told. */
export interface HandClock extends Pick<Clock, 'wall'> {
  pass(ms: number): void
}

export interface Stage {
  readonly place: StorePlace
  readonly clock: HandClock
  readonly store: Store
  /** Closes the store and opens it again, as a restart does. */
  restart(): Promise<Store>
}

/** An open store in an empty place; both are gone when the test is. */
export async function setStage(makePlace: MakePlace): Promise<Stage> {
  let now = START
  const clock: HandClock = {
    wall: () => now,
    pass(ms) {
      now += ms
    },
  }
  const place = await makePlace()
  const store = await place.open(clock)
  let current = store
  onTestFinished(async () => {
    await current[Symbol.asyncDispose]()
    await place[Symbol.asyncDispose]()
  })
  return {
    place,
    clock,
    store,
    async restart() {
      await current[Symbol.asyncDispose]()
      current = await place.open(clock)
      return current
    },
  }
}

/** One watched target, its shard held by worker `w`. */
export interface Watched extends Stage {
  readonly lease: Lease
  readonly target: TargetSpec
  /** Number of its own series. */
  readonly series: SeriesId
}

export async function watchOne(makePlace: MakePlace): Promise<Watched> {
  const stage = await setStage(makePlace)
  const target = spec('orders')
  await stage.store.roster.sync([target])
  const { lease, series } = await leaseOf(stage.store, 'w', target.id)
  return { ...stage, lease, target, series }
}
