import type { Beat, Component, Target } from '@hale/contract'
import { breakTarget, healthyWorld, type World } from './world.ts'

const MINUTE = 60_000
const LONG =
  'SELECT 1 at orders-primary.cluster-abcdefghijkl.eu-central-1.rds.example:5432 took 12.3 s, limit 500 ms. See whether it is overloaded.'
/** No place at which a line could be broken. */
const UNBROKEN = 'com.example.orders.infrastructure.persistence.PostgresConnectionPoolHealthIndicatorFactoryBean'

/** Everything is down at once, under the longest of names; `payments` has forty components, of which none is well. */
export function crowdedWorld(now: number): World {
  const made = healthyWorld(now)
  for (const [at, id] of [...made.targets.keys()].entries()) {
    const code = at % 2 === 0 ? 'CONNECTION_REFUSED' : 'ORDERS_REPLICATION_SLOT_IS_NOT_ADVANCING_FOR_TOO_LONG'
    breakTarget(made, id, 'unhealthy', now - (at + 1) * 47 * MINUTE, code, LONG, UNBROKEN)
  }
  const payments = get(made, 'payments')
  const [first] = payments.componentList
  if (first === undefined) throw new Error('payments has no component')
  const componentList = Array.from({ length: 40 }, (_, at): Component => ({
    ...first,
    name: at % 3 === 0 ? `${UNBROKEN}${at}` : `queue-${at}`,
    observed: { value: at * 1_234.5678 + 703.567, unit: at % 2 === 0 ? 'ms' : 'messages that nobody has taken' },
    durationMs: 12_345.678,
  }))
  const group = 'Team Customer Relations and Order Management, Frankfurt'
  const name = `payments of the subsidiary ${UNBROKEN}`
  const components = { total: 40, notHealthy: 40 }
  made.targets.set('payments', { ...payments, name, group, components, componentList })
  return made
}

/** Everything is in maintenance, as everybody declared it. */
export function pausedWorld(now: number): World {
  const made = healthyWorld(now)
  const since = now - 12 * MINUTE
  const paused = { status: 'maintenance', since, reason: 'declared maintenance' } as const
  for (const target of made.targets.values()) {
    const componentList = target.componentList.map((part): Component => ({ ...part, ...paused, message: LONG }))
    const beats = target.beats.map(([at, was, took]): Beat => [at, at < since ? was : 'maintenance', took])
    const whole: Target = { ...target, ...paused, sentence: 'in maintenance', componentList, beats }
    made.targets.set(target.id, whole)
  }
  return made
}

function get(made: World, id: string): Target {
  const target = made.targets.get(id)
  if (target === undefined) throw new Error(`the fixture world has no target ${id}`)
  return target
}
