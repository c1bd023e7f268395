import type { Result, Status } from 'hale'
import { describe, expect, it } from 'vitest'
import { anOutcome, aTarget } from '../../test/builders.ts'
import { absorb, grow, newWatched, type Watched } from '../evaluate/watch.ts'
import type { ComponentOutcome, TargetSpec } from '../model.ts'
import { planIncident, type Plan } from './plan.ts'

const WALL = 1_700_000_000_000
const at = (second: number) => ({ now: second * 1_000, wall: WALL + second * 1_000 })
const context = { channels: ['ops', 'mail'], publicUrl: undefined }

/** Plays results one a second and collects the plans they lead to. */
function play(
  steps: readonly (Result | readonly [Result, readonly ComponentOutcome[]])[],
  spec: TargetSpec = aTarget({ id: 'payments' }),
): { readonly plans: readonly Plan[]; readonly watched: Watched } {
  let watched = newWatched(spec, 7, at(0))
  const plans: Plan[] = []
  for (const [index, step] of steps.entries()) {
    const [result, components] = 'status' in step ? [step, []] : step
    const moment = at(index + 1)
    const report = { targetId: spec.id, at: moment, fresh: false, outcome: anOutcome({ result, components }) }
    const next = absorb(watched, report, () => 8).watched
    const plan = planIncident(watched, next, moment, context)
    if (plan !== undefined) plans.push(plan)
    watched = plan === undefined ? next : { ...next, incident: plan.open }
  }
  return { plans, watched }
}

const is = (status: Status, code?: string): Result => ({ status, ...(code === undefined ? {} : { code }) })
const part = (name: string, result: Result): ComponentOutcome => ({
  name,
  result,
  durationMs: undefined,
  impact: undefined,
  runbook: undefined,
})
const kinds = (plans: readonly Plan[]): readonly string[] =>
  plans.flatMap((plan) => plan.events.map((each) => each.kind))
const told = (plans: readonly Plan[]): readonly string[] =>
  plans.flatMap((plan) => plan.notifications.map((each) => `${each.message.kind} ${each.key}`))

describe('planIncident', () => {
  it('opens one incident, tells every channel once, and tells the same of its end', () => {
    const { plans } = play([is('healthy'), is('unhealthy', 'TIMEOUT'), is('unhealthy', 'TIMEOUT'), is('healthy')])
    expect(kinds(plans)).toEqual(['opened', 'resolved'])
    expect(told(plans)).toEqual(['firing 7-2:1:ops', 'firing 7-2:1:mail', 'resolved 7-2:2:ops', 'resolved 7-2:2:mail'])
    expect(plans[1]?.incident).toMatchObject({ id: '7-2', severity: 'critical', closedAt: at(4).wall })
  })

  it('names the component that failed first', () => {
    const { plans } = play([
      is('healthy'),
      [is('unhealthy'), [part('postgres-main', is('unhealthy', 'CONNECTION_REFUSED')), part('cache', is('healthy'))]],
    ])
    expect(plans[0]?.incident).toMatchObject({
      component: 'postgres-main',
      code: 'CONNECTION_REFUSED',
      cause: 'postgres-main refused the connection',
    })
  })

  it('tells of a warning that turns critical, and not of the way back', () => {
    const { plans } = play([is('degraded', 'SLOW'), is('unhealthy', 'TIMEOUT'), is('degraded', 'SLOW'), is('healthy')])
    expect(kinds(plans)).toEqual(['opened', 'worsened', 'improved', 'resolved'])
    expect(told(plans).filter((each) => each.endsWith('ops'))).toEqual([
      'firing 7-1:1:ops',
      'update 7-1:2:ops',
      'resolved 7-1:3:ops',
    ])
  })

  it('writes another cause into the story without telling anybody', () => {
    const { plans } = play([is('unhealthy', 'TIMEOUT'), is('unhealthy', 'CONNECTION_REFUSED')])
    expect(kinds(plans)).toEqual(['opened', 'changed'])
    expect(plans[1]?.notifications).toEqual([])
  })

  it('M7: not having looked neither opens nor closes an incident', () => {
    const { watched } = play([is('unhealthy', 'TIMEOUT')])
    const grown = grow(watched, at(1_000)).watched
    expect(grown.state.result.code).toBe('STALE')
    expect(planIncident(watched, grown, at(1_000), context)).toBeUndefined()
    const { watched: well } = play([is('healthy')])
    expect(planIncident(well, grow(well, at(1_000)).watched, at(1_000), context)).toBeUndefined()
  })

  it('closes when maintenance is declared, and opens anew when it lifts on something still bad (M6)', () => {
    const { plans } = play([is('unhealthy', 'TIMEOUT'), is('maintenance'), is('unhealthy', 'TIMEOUT')])
    expect(kinds(plans)).toEqual(['opened', 'resolved', 'opened'])
    expect(new Set(plans.map((plan) => plan.incident?.id)).size).toBe(2)
  })

  it('tells only the channels that the target names', () => {
    const { plans } = play([is('unhealthy', 'TIMEOUT')], aTarget({ id: 'payments', notify: ['mail'] }))
    expect(told(plans)).toEqual(['firing 7-1:1:mail'])
  })

  it('M5: the story says who is told', () => {
    const { plans } = play([is('unhealthy', 'TIMEOUT')])
    expect(plans[0]?.events[0]?.text).toBe('unhealthy: payments did not answer in time; telling ops, mail')
  })
})
