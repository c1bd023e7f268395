import { setTimeout as sleep } from 'node:timers/promises'
import { FAULTS, type Bed, type Fault } from '../../packages/hale/test/subjects/subject.ts'
import { tryFault, type Trial } from './cell.ts'
import type { App, Contender } from './contender.ts'
import { openWay } from './way.ts'

const START_APART_MS = 700

/** A row: what each fault came to, or why it cannot be. */
export interface Row {
  readonly contender: Contender
  readonly cells: Readonly<Record<Fault, readonly Trial[] | string>>
}

/** Puts one through every fault, so many times each. One that does not recover is started anew for the next. */
export async function tryAll(bed: Pick<Bed, 'protocol' | 'server'>, contender: Contender, times: number): Promise<Row> {
  await using way = await openWay(bed)
  const cells: Partial<Record<Fault, readonly Trial[] | string>> = {}
  let app: App | undefined
  try {
    for (const fault of FAULTS) {
      const trials: Trial[] = []
      for (let n = 0; n < times && contender.without[fault] === undefined; n += 1) {
        app ??= await contender.start(way.port)
        const trial = await tryFault(fault, contender, app, way)
        trials.push(trial)
        if (trial.recoverMs === undefined) {
          await close(app)
          app = undefined
        }
        // Once more would take as long, and say the same.
        if (trial.detectMs === undefined || trial.recoverMs === undefined) break
      }
      cells[fault] = contender.without[fault] ?? trials
    }
  } catch (error) {
    // The others' rows are worth having all the same.
    for (const fault of FAULTS) cells[fault] ??= `could not be tried: ${String(error)}`
  } finally {
    if (app !== undefined) await close(app)
  }
  return { contender, cells: cells as Row['cells'] }
}

/** Some clients do not end while they are stuck. */
async function close(app: App): Promise<void> {
  const late = new Promise((resolve) => setTimeout(resolve, 2_000).unref())
  await Promise.race([app.close().catch(() => {}), late])
}

/** Runs tasks, so many at a time, in order. The first of each lane start one after the other: starting takes the machine up. */
export async function inLanes<T>(lanes: number, tasks: readonly (() => Promise<T>)[]): Promise<readonly T[]> {
  const results: T[] = []
  let next = 0
  const work = async (_: unknown, lane: number): Promise<void> => {
    await sleep(lane * START_APART_MS)
    for (let n = next++; n < tasks.length; n = next++) results[n] = await tasks[n]!()
  }
  await Promise.all(Array.from({ length: lanes }).map(work))
  return results
}
