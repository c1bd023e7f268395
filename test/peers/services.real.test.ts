import { overview, target } from '@hale/contract'
import { createHealth, type CheckReport, type Health, type HealthOptions, type Report } from 'hale'
import { health as healthCheck } from 'hale/checks/health'
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import { runMonitor, type RunningMonitor } from '../../packages/monitor/test/run-monitor.ts'
import { INSTALL_WITHIN_MS } from '../harness/install-once.ts'
import { startPeers, type Mood, type Peer, type Peers } from './peers.ts'

/** How long to wait for what comes within seconds, on a machine that does other work. */
const SOON = { timeout: 30_000, interval: 100 }
const REFUSED = 'connect ECONNREFUSED 127.0.0.1:6379'

/** What is known of each: format and status, and what each of its parts says. */
type Seen = Readonly<Record<Peer, Readonly<Record<string, string>>>>

const HEALTHY: Seen = {
  terminus: { whole: 'terminus healthy', cache: 'healthy', queue: 'healthy' },
  godaddy: { whole: 'godaddy healthy', cache: 'healthy' },
  medicus: { whole: 'medicus healthy', cache: 'healthy', queue: 'healthy' },
  adonis: { whole: 'adonis healthy', cache: 'healthy: Connected', queue: 'healthy: 3 jobs wait' },
  cloudnative: { whole: 'cloudnative healthy', cache: 'healthy' },
  lightship: { whole: 'lightship healthy' },
  // While it is well it says no more than the classic does.
  'under-pressure': { whole: 'classic healthy' },
  django: { whole: 'django-health-check healthy', cache: 'healthy', queue: 'healthy' },
  flask: { whole: 'classic healthy' },
}
const SEEN: Readonly<Record<Mood, Seen>> = {
  healthy: HEALTHY,
  // Half of them know no such thing, and serve.
  degraded: {
    ...HEALTHY,
    terminus: { whole: 'terminus degraded', cache: 'healthy', queue: 'degraded: 1204 jobs wait' },
    medicus: { whole: 'medicus degraded', cache: 'healthy', queue: 'degraded' },
    adonis: { whole: 'adonis degraded', cache: 'healthy: Connected', queue: 'degraded: 1204 jobs wait' },
    // It sends a warning with 500, and the worse of the two holds.
    django: { whole: 'django-health-check unhealthy', cache: 'healthy', queue: 'degraded: 1204 jobs wait' },
    flask: { whole: 'classic degraded' },
  },
  failing: {
    terminus: { whole: 'terminus unhealthy', cache: `unhealthy: ${REFUSED}`, queue: 'healthy' },
    // It does not say which of them.
    godaddy: { whole: 'godaddy unhealthy' },
    medicus: { whole: 'medicus unhealthy', cache: `unhealthy: Error: ${REFUSED}`, queue: 'healthy' },
    adonis: { whole: 'adonis unhealthy', cache: 'unhealthy: The cache refuses', queue: 'healthy: 3 jobs wait' },
    cloudnative: { whole: 'cloudnative unhealthy', cache: `unhealthy: ${REFUSED}` },
    lightship: { whole: 'lightship unhealthy' },
    'under-pressure': { whole: 'under-pressure unhealthy' },
    django: { whole: 'django-health-check unhealthy', cache: 'unhealthy: Connection refused', queue: 'healthy' },
    // With 200, as so many.
    flask: { whole: 'classic unhealthy' },
  },
}
const WHY: Readonly<Record<Peer, string>> = {
  terminus: `COMPONENT_UNHEALTHY because cache: ${REFUSED}`,
  godaddy: `REPORTED_UNHEALTHY because it says that it is unhealthy: ${REFUSED}`,
  medicus: `COMPONENT_UNHEALTHY because cache: Error: ${REFUSED}`,
  adonis: 'COMPONENT_UNHEALTHY because cache: The cache refuses',
  cloudnative: `COMPONENT_UNHEALTHY because cache: ${REFUSED}`,
  lightship:
    'HTTP_STATUS because it answered with an unexpected HTTP status: The document says unknown, but the HTTP code is 500',
  'under-pressure': 'FST_UNDER_PRESSURE because it: Service Unavailable.',
  django: 'COMPONENT_UNHEALTHY because cache: Connection refused',
  flask: 'REPORTED_UNHEALTHY because it says that it is unhealthy: connection to the cache refused',
}
const DRAINING = {
  terminus: { whole: 'terminus unknown', cache: 'healthy', queue: 'healthy' },
  // While it drains it says what it says of a failure.
  godaddy: { whole: 'classic unhealthy' },
  cloudnative: { whole: 'cloudnative unknown', drain: 'unknown' },
  lightship: { whole: 'lightship unhealthy' },
} satisfies Partial<Seen>
/** Those that do not drain. */
const GONE = ['medicus', 'adonis', 'under-pressure'] as const

describe('services with the health libraries of other makers', () => {
  let peers: Peers
  let monitor: RunningMonitor
  let app: Health<Peer>

  beforeAll(async () => {
    peers = await startPeers()
    const urls = Object.entries(peers.urls)
    monitor = await runMonitor(`
defaults: { every: 1s, timeout: 1s, failureThreshold: 1, successThreshold: 1, kind: health }
targets:
${urls.map(([id, url]) => `  - { id: ${id}, name: ${id}, url: "${url}" }`).join('\n')}
`)
    const checks = Object.fromEntries(
      urls.map(([name, url]) => [name, { check: healthCheck({ url }), every: 300, timeout: '10s', impact: 'fails' }]),
    ) as NonNullable<HealthOptions<Peer>['checks']>
    app = createHealth({ checks })
  }, INSTALL_WITHIN_MS)
  afterAll(async () => {
    await app?.close()
    await monitor?.[Symbol.asyncDispose]()
    await peers?.[Symbol.asyncDispose]()
  })

  const api = async (path: string): Promise<unknown> => (await monitor.ask(`/api/v1/${path}`)).json()
  const targets = async () => {
    const { targets: all } = overview.parse(await api('overview'))
    return Promise.all(all.map(async ({ id }) => target.parse(await api(`targets/${id}`))))
  }
  const byMonitor = async (): Promise<Seen> =>
    Object.fromEntries(
      (await targets()).map(({ componentList, document, id, status }) => {
        const parts = componentList.map((each) => [each.name, say(each.status, each.message)])
        return [id, { whole: `${document?.format} ${status}`, ...Object.fromEntries(parts) }]
      }),
    ) as Seen
  const byLibrary = async (): Promise<Seen> => {
    const { checks: all }: Report<Peer> = await app.report()
    return Object.fromEntries(
      Object.entries<CheckReport>(all).map(([name, { checks = {}, data, status }]) => {
        const parts = Object.entries(checks).map(([part, each]) => [part, say(each.status, each.message)])
        return [name, { whole: `${String(data?.['format'])} ${status}`, ...Object.fromEntries(parts) }]
      }),
    ) as Seen
  }
  const why = async () => {
    const all = (await targets()).map(({ code, id, sentence }) => [
      id,
      `${code} ${sentence.replace(/^.*?(?=because)/, '')}`,
    ])
    return Object.fromEntries(all) as Readonly<Record<Peer, string>>
  }

  it.each(['healthy', 'degraded', 'failing', 'healthy'] as const)(
    'the monitor and the check of another’s document read who is %s, from all of them',
    async (mood) => {
      await peers.be(mood)
      await expect.poll(byLibrary, SOON).toEqual(SEEN[mood])
      // It keeps what a document no longer names, for a while.
      await expect.poll(byMonitor, SOON).toMatchObject(SEEN[mood])
    },
  )

  it('the monitor says why, in the words of whoever failed', async () => {
    await peers.be('failing')
    await expect.poll(why, SOON).toEqual(WHY)
  })

  it('some drain, some go away, and all come back', async () => {
    await peers.be('healthy')
    await expect.poll(byMonitor, SOON).toMatchObject(HEALTHY)
    peers.terminate()
    onTestFailed(() => peers.restart())
    await expect.poll(byLibrary, SOON).toMatchObject(DRAINING)
    await expect.poll(byMonitor, SOON).toMatchObject(DRAINING)
    const refused = 'CONNECTION_REFUSED because it refused the connection'
    await expect.poll(why, SOON).toMatchObject(Object.fromEntries(GONE.map((name) => [name, refused])))
    const gone = Object.fromEntries(GONE.map((name) => [name, { status: 'unhealthy', code: 'CONNECTION_REFUSED' }]))
    await expect.poll(async () => (await app.report()).checks, SOON).toMatchObject(gone)
    await peers.restart()
    await expect.poll(byLibrary, SOON).toEqual(HEALTHY)
    await expect.poll(byMonitor, SOON).toMatchObject(HEALTHY)
  })

  it('E12: the check says how many hops it is away, to whoever answers', async () => {
    const expected = ['hale health-hop: 1', expect.stringMatching(/^Hale\/\S+ health-hop: -$/)]
    const callers = async () => Object.values(await peers.callers()).map((each) => each.toSorted().reverse())
    await expect.poll(callers, SOON).toEqual(Array.from({ length: 7 }, () => expected))
  })
})

function say(status: string, message: string | null | undefined): string {
  return message === undefined || message === null ? status : `${status}: ${message}`
}
