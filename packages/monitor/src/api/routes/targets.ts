import { page, problem, sampleSeries, target, targetSummary } from '@hale/contract'
import { z } from 'zod'
import type { App } from '../app.ts'
import { Problem, notFound } from '../problem.ts'
import { planSeries, toSeries } from '../series.ts'
import type { RouteContext } from './context.ts'

const DAY_MS = 86_400_000
const MOST_DAYS = 1_100
const id = z.object({ id: z.string().max(200) })
const wall = z.coerce.number().int().min(0).max(8.64e15)
const NOT_FOUND = { 404: problem }

export function targetRoutes(app: App, { picture, history, clock, probeNow }: RouteContext): void {
  app.get(
    '/targets',
    {
      config: { access: 'read' },
      schema: { summary: 'All targets, without their components', response: { 200: page(targetSummary) } },
    },
    () => ({ items: [...picture.summaries()], next: null }),
  )

  app.get(
    '/targets/:id',
    {
      config: { access: 'read' },
      schema: { summary: 'One target with its components', params: id, response: { 200: target, ...NOT_FOUND } },
    },
    ({ params }) => {
      const found = picture.target(params.id)
      if (found === undefined) throw notFound(`target ${params.id}`)
      return found
    },
  )

  app.get(
    '/targets/:id/samples',
    {
      config: { access: 'read' },
      schema: {
        summary: 'Latency and failures over a range, in at most 240 buckets',
        description: 'Short ranges have one point a sample; beyond 36 hours the hourly sums are used.',
        params: id,
        querystring: z.object({
          from: wall.optional().describe('default: an hour before `to`'),
          to: wall.optional().describe('default: now'),
          component: z.string().max(500).optional().describe("default: the target's own answers"),
        }),
        response: { 200: sampleSeries, 400: problem, ...NOT_FOUND },
      },
    },
    async ({ params, query }) => {
      const found = picture.snapshot(params.id)
      if (found === undefined) throw notFound(`target ${params.id}`)
      const { component } = query
      const part = component === undefined ? found : found.components.find(({ name }) => name === component)
      if (part === undefined) throw notFound(`component ${component} of target ${params.id}`)

      const to = query.to ?? clock.wall()
      const from = query.from ?? to - 3_600_000
      if (from >= to) throw new Problem(400, 'INVALID_REQUEST', 'from must be before to.')
      if (to - from > MOST_DAYS * DAY_MS)
        throw new Problem(400, 'INVALID_REQUEST', `At most ${MOST_DAYS} days at once.`)
      const plan = planSeries(from, to, found.spec.policy.everyMs)
      const hours = plan.source === 'hours' ? await history.rollups(part.series, from, to) : []
      // Hours are written when they are over: what came since is still raw.
      const lastHour = hours.at(-1)?.hour
      const rawFrom =
        plan.source === 'samples'
          ? from
          : Math.max(from, lastHour === undefined ? to - 7_200_000 : lastHour + 3_600_000)
      const samples = rawFrom < to ? await history.samples([part.series], rawFrom, to) : []
      return toSeries(plan, { from, to }, samples, hours)
    },
  )

  if (probeNow === undefined) return
  app.post(
    '/targets/:id/probe',
    {
      config: { access: 'admin', rateLimit: { max: 60, timeWindow: 60_000 } },
      schema: {
        summary: 'Probes a target at once; what it finds comes by the stream',
        params: id,
        response: { 202: z.object({ id: z.string() }), ...NOT_FOUND },
      },
    },
    async ({ params }, reply) => {
      if (picture.snapshot(params.id) === undefined || !(await probeNow(params.id))) {
        throw notFound(`target ${params.id}`)
      }
      return await reply.code(202).send({ id: params.id })
    },
  )
}
