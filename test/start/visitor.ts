import { setTimeout as sleep } from 'node:timers/promises'
import { incident, incidentDetail, notification, overview, page, target } from '@hale/contract'
import type { ApiIncident, ApiNotification, Overview, Target } from '@hale/contract'

/** Somebody who followed the one-time link, and looks at the API as the pages do. */
export interface Visitor {
  overview(): Promise<Overview>
  target(id: string): Promise<Target>
  incidents(targetId: string): Promise<readonly ApiIncident[]>
  incident(id: string): Promise<ApiIncident>
  notifications(incidentId: string): Promise<readonly ApiNotification[]>
  /** Wall times at which the stream tells of incidents of a target, from now on until the monitor ends. */
  listenFor(targetId: string): readonly number[]
}

export async function follow(link: string): Promise<Visitor> {
  const { origin } = new URL(link)
  const login = await fetch(link, { redirect: 'manual' })
  const cookie = login.headers
    .getSetCookie()
    .map((each) => each.split(';', 1)[0])
    .join('; ')
  const get = async (path: string): Promise<unknown> => {
    const answer = await fetch(`${origin}/api/v1/${path}`, { headers: { cookie } })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return await answer.json()
  }
  return {
    overview: async () => overview.parse(await get('overview')),
    target: async (id) => target.parse(await get(`targets/${id}`)),
    incidents: async (targetId) => page(incident).parse(await get(`incidents?target=${targetId}`)).items,
    incident: async (id) => incidentDetail.parse(await get(`incidents/${id}`)),
    notifications: async (id) => page(notification).parse(await get(`notifications?incident=${id}`)).items,
    listenFor(targetId) {
      const heard: number[] = []
      void listen(`${origin}/api/v1/stream`, cookie, (event, data) => {
        if (event === 'incident' && incident.parse(JSON.parse(data)).targetId === targetId) heard.push(Date.now())
      })
      return heard
    },
  }
}

async function listen(url: string, cookie: string, hear: (event: string, data: string) => void): Promise<void> {
  let text = ''
  try {
    const { body } = await fetch(url, { headers: { cookie } })
    for await (const chunk of body ?? []) {
      text += Buffer.from(chunk).toString()
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const [, event, data] = /event: (.+)\ndata: (.+)/u.exec(block) ?? []
        if (event !== undefined && data !== undefined) hear(event, data)
      }
    }
  } catch {
    // The monitor was stopped.
  }
}

/** Asks again and again until the answer is as wanted; returns it. */
export async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean, withinMs: number): Promise<T> {
  const began = performance.now()
  for (;;) {
    const answer = await ask()
    if (wanted(answer)) return answer
    if (performance.now() - began > withinMs) {
      throw new Error(`not within ${withinMs} ms; the last answer was ${JSON.stringify(answer)}`)
    }
    await sleep(50)
  }
}
