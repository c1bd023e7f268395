import type { WhenOptions } from '@hale/contract'
import type { Condition } from 'hale'

/** The condition that a `when` describes: everything in it must hold. Conditions are loaded when one is named. */
export async function toWhen(given: WhenOptions): Promise<Condition> {
  const { all: every = [], any: some, check, load, memory, not: other, window } = given
  const { all, any, not } = await import('hale/conditions/combine')
  const parts: Condition[] = []
  if (load !== undefined) parts.push((await import('hale/conditions/load')).load(load as LevelOf<number>))
  if (memory !== undefined) {
    parts.push((await import('hale/conditions/memory')).memory(memory as LevelOf<number | string>))
  }
  if (check !== undefined) parts.push((await import('hale/conditions/check-status')).checkIs(check))
  if (window !== undefined) {
    const { timeZone = 'UTC' } = window
    parts.push((await import('hale/conditions/window')).window({ cron: window.cron, for: window.for, timeZone }))
  }
  for (const each of every) parts.push(await toWhen(each))
  if (some !== undefined) parts.push(any(...(await Promise.all(some.map(toWhen)))))
  if (other !== undefined) parts.push(not(await toWhen(other)))
  return all(...parts)
}

/** Levels that passed the schema; those that are not of the condition's unit it refuses by itself. */
interface LevelOf<T> {
  readonly above?: T
  readonly below?: T
}
