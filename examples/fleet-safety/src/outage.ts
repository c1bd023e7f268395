import { setTimeout as sleep } from 'node:timers/promises'
import type { Impact } from 'hale'
import { Balancer } from './balancer.ts'
import { Database } from './database.ts'
import { startReplica, type Replica } from './replica.ts'

/** What customers saw of one fleet, before the database went away and while it was gone. */
export interface Outcome {
  readonly before: Moment
  readonly during: Moment
}

export interface Moment {
  /** Replicas the balancer would use, of three. */
  readonly ready: number
  /** The status codes that three customers got for the catalogue, which needs no database. */
  readonly catalogue: readonly number[]
}

/** Three replicas behind a balancer lose the database that they share. */
export async function playOutage(impact?: Impact): Promise<Outcome> {
  const database = await Database.start()
  await using first = await startReplica(database.port, impact)
  await using second = await startReplica(database.port, impact)
  await using third = await startReplica(database.port, impact)
  const balancer = new Balancer([first.url, second.url, third.url])

  const before = await ask(balancer)
  database.stop()
  await Promise.all([first, second, third].map(hasNoticed))
  return { before, during: await ask(balancer) }
}

/** The status code of a check is its own, whatever its impact on the whole. */
async function hasNoticed({ url }: Replica): Promise<void> {
  while ((await fetch(`${url}/health/checks/database`)).ok) await sleep(50)
}

async function ask(balancer: Balancer): Promise<Moment> {
  await balancer.look()
  const catalogue = [await balancer.request('/'), await balancer.request('/'), await balancer.request('/')]
  return { ready: balancer.ready, catalogue }
}
