import { incident, incidentDetail, notification, page, problem, type ApiNotification } from '@hale/contract'
import { z } from 'zod'
import type { NotificationWithAttempts } from '../../store/store.ts'
import type { App } from '../app.ts'
import { pageByTime } from '../paging.ts'
import { notFound } from '../problem.ts'
import type { RouteContext } from './context.ts'

const paging = {
  before: z.coerce.number().int().min(0).max(8.64e15).optional().describe('`next` of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
}
const name = z.string().max(200).optional()

export function incidentRoutes(app: App, { picture, history }: RouteContext): void {
  app.get(
    '/incidents',
    {
      config: { access: 'read' },
      schema: {
        summary: 'Incidents, youngest first',
        querystring: z.object({ target: name, open: z.enum(['true', 'false']).optional(), ...paging }),
        response: { 200: page(incident), 400: problem },
      },
    },
    async ({ query }) => {
      const filter = {
        ...(query.target === undefined ? {} : { targetId: query.target }),
        ...(query.open === undefined ? {} : { open: query.open === 'true' }),
        ...(query.before === undefined ? {} : { before: query.before }),
      }
      const fetch = (limit: number) => history.incidents({ ...filter, limit })
      const { items, next } = await pageByTime(fetch, ({ openedAt }) => openedAt, query.limit)
      return { items: items.map((each) => picture.incident(each)), next }
    },
  )

  app.get(
    '/incidents/:id',
    {
      config: { access: 'read' },
      schema: {
        summary: 'One incident with its story',
        params: z.object({ id: z.string().max(100) }),
        response: { 200: incidentDetail, 404: problem },
      },
    },
    async ({ params }) => {
      const found = await history.incident(params.id)
      if (found === undefined) throw notFound(`incident ${params.id}`)
      const events = found.events.map(({ at, kind, text }) => ({ at, kind, text }))
      return { ...picture.incident(found.incident), events }
    },
  )

  app.get(
    '/notifications',
    {
      config: { access: 'read' },
      schema: {
        summary: 'Notifications with every attempt, youngest first',
        querystring: z.object({
          incident: name,
          channel: name,
          status: z.enum(['pending', 'delivered', 'dead', 'superseded']).optional(),
          ...paging,
        }),
        response: { 200: page(notification), 400: problem },
      },
    },
    async ({ query }) => {
      const filter = {
        ...(query.incident === undefined ? {} : { incidentId: query.incident }),
        ...(query.channel === undefined ? {} : { channel: query.channel }),
        ...(query.status === undefined ? {} : { status: query.status }),
        ...(query.before === undefined ? {} : { before: query.before }),
      }
      const fetch = (limit: number) => history.notifications({ ...filter, limit })
      const { items, next } = await pageByTime(fetch, (each) => each.notification.createdAt, query.limit)
      return { items: items.map(toApi), next }
    },
  )
}

function toApi({ notification, attempts }: NotificationWithAttempts): ApiNotification {
  const { key, incidentId, channel, message, status, foldedInto, createdAt, deliveredAt, nextAt } = notification
  return {
    key,
    incidentId,
    channel,
    kind: message.kind,
    title: message.title,
    status,
    foldedInto: foldedInto ?? null,
    createdAt,
    deliveredAt: deliveredAt ?? null,
    nextAt: status === 'pending' ? nextAt : null,
    attempts: attempts.map(({ at, outcome, detail, tookMs }) => ({ at, outcome, detail, tookMs })),
  }
}
