import type { ApiIncidentDetail, ApiNotification, ApiStatus, Beat, Component, Target, Uptime } from '@hale/contract'

/** A watched world made by code: what the fixture server serves. Every value follows from the seed and `now`. */
export interface World {
  readonly startedAt: number
  readonly targets: Map<string, Target>
  readonly incidents: ApiIncidentDetail[]
  readonly notifications: ApiNotification[]
}

export const HOSTILE = '<img src=x onerror="document.title=\'owned\'"><script>alert(1)</script>'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const EVERY_MS = 10_000

/** The example shop and what surrounds it: 14 targets, all well. */
export function healthyWorld(now: number): World {
  const random = prng(7)
  const targets = SHOP.map(([name, kind, group, typicalMs, parts]) =>
    makeTarget({ name, kind, group, typicalMs, parts, now, random, sinceMs: 3 * DAY + 4 * HOUR + random() * 9 * DAY }),
  )
  return world(now, targets)
}

/** The same with two targets down, one degraded, one in maintenance, and an old incident. */
export function brokenWorld(now: number): World {
  const made = healthyWorld(now)
  const at = now - 23 * MINUTE
  const cause = 'postgres-main refused the connection (ECONNREFUSED 10.0.4.12:5432)'
  breakTarget(made, 'payments', 'unhealthy', at, 'CONNECTION_REFUSED', cause, 'postgres-main')
  breakTarget(made, 'orders', 'unhealthy', at + 41_000, 'DEPENDENCY_FAILED', 'payments answered HTTP 503', 'payments')
  breakTarget(made, 'search', 'degraded', now - 3 * HOUR, 'SLOW', 'search is slow (1240 ms)')
  const mail = get(made, 'mail-relay')
  const paused = { status: 'maintenance', since: now - 12 * MINUTE, reason: 'declared maintenance' } as const
  made.targets.set(mail.id, {
    ...mail,
    ...paused,
    sentence: 'in maintenance',
    beats: recolour(mail.beats, paused.since, 'maintenance'),
  })
  const login = get(made, 'identity')
  made.targets.set(login.id, {
    ...login,
    certificateDaysLeft: 12,
    certificate: certificate('identity', now + 12.4 * DAY),
  })
  const opened = now - 9 * DAY
  made.incidents.push({
    id: '3-2',
    targetId: 'storefront',
    targetName: 'storefront',
    severity: 'warning',
    openedAt: opened,
    closedAt: opened + 7 * MINUTE,
    component: null,
    code: 'TIMEOUT',
    title: 'storefront did not answer in time',
    cause: 'storefront did not answer in time',
    events: [
      { at: opened, kind: 'opened', text: 'degraded: storefront did not answer in time; telling oncall-webhook' },
      { at: opened + 7 * MINUTE, kind: 'resolved', text: 'healthy again' },
    ],
  })
  return made
}

/** The example shop that `npm start` opens, a day later, with its payments broken: the picture in the README. */
export function shopWorld(now: number): World {
  const random = prng(5)
  const targets = EXAMPLE_SHOP.map(([name, kind, group, typicalMs, parts]) =>
    makeTarget({ name, kind, group, typicalMs, parts, now, random, sinceMs: 26 * HOUR }),
  )
  const made = world(now, targets)
  breakTarget(made, 'payments', 'unhealthy', now - 2.4 * MINUTE, 'TIMEOUT', 'ledger did not answer in time', 'ledger')
  return made
}

/** Nothing is watched. */
export const emptyWorld = (now: number): World => world(now, [])

/** Many targets in a handful of groups, some of them in trouble. */
export function largeWorld(now: number, count: number): World {
  const random = prng(11)
  const groups = ['edge', 'shop', 'billing', 'data', 'internal tools', 'partners']
  const targets = Array.from({ length: count }, (_, index) =>
    makeTarget({
      name: `${['api', 'worker', 'cache', 'gateway', 'index'][index % 5]}-${String(index).padStart(4, '0')}`,
      kind: index % 3 === 0 ? 'health' : 'http',
      group: groups[index % groups.length] ?? null,
      typicalMs: 8 + random() * 240,
      parts: index % 3 === 0 ? ['database', 'cache', 'disk', 'queue'] : [],
      now,
      random,
      sinceMs: random() * 40 * DAY,
    }),
  )
  const made = world(now, targets)
  for (const [index, target] of targets.entries()) {
    if (index % 83 === 5)
      breakTarget(
        made,
        target.id,
        'unhealthy',
        now - 5 * MINUTE - index * 900,
        'TIMEOUT',
        `${target.name} did not answer in time`,
      )
    if (index % 97 === 7)
      breakTarget(
        made,
        target.id,
        'degraded',
        now - 50 * MINUTE - index * 900,
        'THRESHOLD_EXCEEDED',
        `${target.name} is slow (1900 ms)`,
      )
  }
  return made
}

/** Names, messages, components, codes, tags and links as an attacker would choose them. */
export function hostileWorld(now: number): World {
  const made = healthyWorld(now)
  breakTarget(made, 'payments', 'unhealthy', now - 90_000, HOSTILE, HOSTILE, HOSTILE)
  const payments = get(made, 'payments')
  made.targets.set('payments', {
    ...payments,
    name: HOSTILE,
    group: HOSTILE,
    tags: [HOSTILE],
    address: 'javascript:alert(1)',
    reason: HOSTILE,
    runbook: 'javascript:alert(1)',
    sentence: `unhealthy since 14:02, because ${HOSTILE}`,
    document: { format: HOSTILE, certainty: 'likely', problem: HOSTILE },
    certificate: { subject: HOSTILE, issuer: HOSTILE, validTo: now + DAY },
    componentList: payments.componentList.map((part) => ({
      ...part,
      name: HOSTILE + part.name,
      message: HOSTILE,
      code: HOSTILE,
      reason: HOSTILE,
      runbook: 'javascript:alert(1)',
      observed: { value: HOSTILE, unit: HOSTILE },
    })),
  })
  return made
}

/** Makes a target fail from an instant on: its beats, its component, its incident and who was told. */
export function breakTarget(
  made: World,
  id: string,
  status: 'unhealthy' | 'degraded',
  at: number,
  code: string,
  message: string,
  component?: string,
): ApiIncidentDetail {
  const target = get(made, id)
  const incidentId = `${[...made.targets.keys()].indexOf(id) + 1}-${made.incidents.length + 4}`
  const wrong = {
    status,
    since: at,
    code,
    message,
    reason: `turned from healthy to ${status} after 2 in a row`,
    consecutiveFailures: 138,
  }
  const parts = target.componentList.map((part, index) =>
    part.name === component || (component !== undefined && index === 0)
      ? {
          ...part,
          ...wrong,
          name: component ?? part.name,
          beats: recolour(part.beats, at, status),
          uptime: uptime(target.uptime.to, 23 * MINUTE),
        }
      : part,
  )
  made.targets.set(id, {
    ...target,
    ...wrong,
    sentence: `${status} since 14:02, because ${message.replace(`${target.name} `, 'it ')}`,
    beats: recolour(target.beats, at, status),
    incidentId,
    uptime: uptime(target.uptime.to, status === 'unhealthy' ? target.uptime.to - at : 0, 0.94),
    componentList: parts,
    components: { total: parts.length, notHealthy: parts.filter((part) => part.status !== 'healthy').length },
  })
  const incident: ApiIncidentDetail = {
    id: incidentId,
    targetId: id,
    targetName: target.name,
    severity: status === 'unhealthy' ? 'critical' : 'warning',
    openedAt: at,
    closedAt: null,
    component: component ?? null,
    code,
    title: component === undefined ? message : `${target.name}: ${message}`,
    cause: message,
    events: [
      { at, kind: 'opened', text: `${status}: ${message}; telling oncall-webhook, mail` },
      { at: at + 3 * MINUTE, kind: 'changed', text: 'cache is degraded as well: hit rate 12 %, degraded below 40 %' },
    ],
  }
  made.incidents.unshift(incident)
  const told = {
    incidentId,
    kind: 'firing',
    title: incident.title,
    foldedInto: null,
    createdAt: at,
  } as const
  made.notifications.push(
    {
      ...told,
      key: `${incidentId}:1:oncall-webhook`,
      channel: 'oncall-webhook',
      status: 'delivered',
      deliveredAt: at + 35_000,
      nextAt: null,
      attempts: [
        { at: at + 1_000, outcome: 'retry', detail: 'HTTP 503 from hooks.example', tookMs: 212 },
        { at: at + 2_400, outcome: 'ambiguous', detail: 'connection reset after the request was sent', tookMs: 3_010 },
        { at: at + 34_000, outcome: 'delivered', detail: 'HTTP 202', tookMs: 148 },
      ],
    },
    {
      ...told,
      key: `${incidentId}:1:mail`,
      channel: 'mail',
      status: 'pending',
      deliveredAt: null,
      nextAt: target.uptime.to + 9 * MINUTE,
      attempts: [{ at: at + 1_000, outcome: 'retry', detail: '451 4.7.1 greylisted, try again later', tookMs: 860 }],
    },
    {
      ...told,
      key: `${incidentId}:1:chat`,
      channel: 'chat',
      status: 'dead',
      deliveredAt: null,
      nextAt: null,
      attempts: [{ at: at + 1_000, outcome: 'permanent', detail: 'HTTP 410: this webhook was removed', tookMs: 96 }],
    },
  )
  return incident
}

/** Makes a target well again. */
export function mendTarget(made: World, id: string, at: number): void {
  const target = get(made, id)
  made.targets.set(id, {
    ...target,
    status: 'healthy',
    since: at,
    code: null,
    message: null,
    sentence: 'healthy',
    consecutiveFailures: 0,
    incidentId: null,
  })
}

type Kind = Target['kind']
const SHOP: readonly (readonly [
  name: string,
  kind: Kind,
  group: string | null,
  typicalMs: number,
  parts: readonly string[],
])[] = [
  ['storefront', 'health', 'shop', 38, ['orders', 'search', 'session-cache']],
  ['orders', 'health', 'shop', 24, ['payments', 'database', 'disk', 'event-loop']],
  ['payments', 'health', 'shop', 61, ['postgres-main', 'card-gateway', 'cache', 'disk', 'event-loop']],
  ['legacy', 'health', 'shop', 12, []],
  ['search', 'http', 'shop', 240, []],
  ['cart-events', 'tcp', 'shop', 2.4, []],
  ['identity', 'health', 'platform', 31, ['postgres-identity', 'keys']],
  ['mail-relay', 'tcp', 'platform', 5.2, []],
  ['object-store', 'http', 'platform', 88, []],
  ['registry', 'http', 'platform', 143, []],
  ['nightly reports, finance and controlling (legacy cluster, Frankfurt)', 'http', 'platform', 1_310, []],
  ['www.example.com', 'http', 'public', 120, []],
  ['docs.example.com', 'http', 'public', 64, []],
  ['status page', 'http', 'public', 45, []],
]

const EXAMPLE_SHOP: typeof SHOP = [
  ['storefront', 'health', 'shop', 12, ['orders', 'event-loop']],
  ['orders', 'health', 'shop', 9, ['database', 'payments', 'disk', 'event-loop']],
  ['payments', 'health', 'shop', 14, ['ledger', 'disk', 'event-loop']],
  ['legacy', 'health', 'shop', 3, []],
  ['shop page', 'http', 'outside', 21, []],
  ['orders port', 'tcp', 'outside', 0.7, []],
]

interface Making {
  readonly name: string
  readonly kind: Kind
  readonly group: string | null
  readonly typicalMs: number
  readonly parts: readonly string[]
  readonly now: number
  readonly random: () => number
  readonly sinceMs: number
}

function makeTarget(making: Making): Target {
  const { name, kind, group, typicalMs, parts, now, random } = making
  const id = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/-$/, '')
  const beats = makeBeats(now, typicalMs, random)
  const observed = random() < 0.3 ? 0.97 + random() * 0.029 : 1
  const believed = {
    status: 'healthy',
    since: Math.round(now - making.sinceMs),
    code: null,
    message: null,
    reason: 'still healthy',
    observed: null,
    checkedAt: beats.at(-1)?.[0] ?? null,
    durationMs: beats.at(-1)?.[2] ?? null,
    consecutiveFailures: 0,
    uptime: uptime(now, Math.round(random() * 40_000), observed),
    beats,
  } as const
  const componentList: Component[] = parts.map((part, index) => ({
    ...believed,
    name: part,
    beats: makeBeats(now, typicalMs / 4, random),
    durationMs: typicalMs / (index + 3),
    observed:
      part === 'disk' ? { value: 41.37, unit: '% free' } : part === 'event-loop' ? { value: 1.8, unit: 'ms' } : null,
    impact: index === 0 ? 'fails' : index === 1 ? 'degrades' : 'informs',
    runbook: index === 0 ? `https://runbooks.example/${part}` : null,
  }))
  const https = kind !== 'tcp' && group !== 'shop'
  return {
    ...believed,
    id,
    name,
    kind,
    group,
    tags: kind === 'health' ? ['ready', 'team-shop'] : [],
    everyMs: EVERY_MS,
    address:
      kind === 'tcp'
        ? `tcp://${id}.internal:5672`
        : https
          ? `https://${id}.example/health`
          : `http://${id}.internal:3000/health`,
    sentence: 'healthy',
    components: { total: parts.length, notHealthy: 0 },
    incidentId: null,
    certificateDaysLeft: https ? 61 : null,
    componentList,
    certificate: https ? certificate(id, now + 61 * DAY) : null,
    runbook: kind === 'health' ? `https://runbooks.example/${id}` : null,
    phases: kind === 'tcp' ? { connectMs: typicalMs } : { firstByteMs: typicalMs * 0.86, transferMs: typicalMs * 0.14 },
    freshPhases:
      kind === 'tcp'
        ? null
        : {
            dnsMs: 1.2,
            connectMs: 3.4,
            ...(https ? { tlsMs: 14.1 } : {}),
            firstByteMs: typicalMs * 0.9,
            transferMs: typicalMs * 0.13,
          },
    document:
      kind === 'health'
        ? {
            format: id === 'legacy' ? 'plain status' : 'hale',
            certainty: id === 'legacy' ? 'likely' : 'certain',
            problem: null,
          }
        : null,
  }
}

function makeBeats(now: number, typicalMs: number, random: () => number): Beat[] {
  return Array.from({ length: 60 }, (_, index): Beat => [
    now - (60 - index) * EVERY_MS + 3_000,
    'healthy',
    typicalMs * (0.8 + random() * random() * 1.2),
  ])
}

function recolour(beats: readonly Beat[], from: number, status: ApiStatus): Beat[] {
  return beats.map(([at, was, took]) => [
    at,
    at >= from ? status : was,
    at >= from && status === 'unhealthy' ? null : took,
  ])
}

/** 24 hours with so much of them down, of the share that was observed. */
function uptime(now: number, downMs: number, observed = 1): Uptime {
  const seen = Math.round(DAY * observed)
  const down = Math.max(0, Math.min(seen, downMs))
  return {
    from: now - DAY,
    to: now,
    up: (seen - down) / seen,
    coverage: observed,
    healthyMs: seen - down,
    degradedMs: 0,
    downMs: down,
    maintenanceMs: 0,
    unobservedMs: DAY - seen,
    observedFrom: now - DAY,
  }
}

function certificate(id: string, validTo: number): Target['certificate'] {
  return { subject: `CN=${id}.example`, issuer: "CN=R11, O=Let's Encrypt, C=US", validTo: Math.round(validTo) }
}

function world(now: number, targets: readonly Target[]): World {
  return {
    startedAt: now - 12 * DAY,
    targets: new Map(targets.map((target) => [target.id, target])),
    incidents: [],
    notifications: [],
  }
}

function get(made: World, id: string): Target {
  const target = made.targets.get(id)
  if (target === undefined) throw new Error(`the fixture world has no target ${id}`)
  return target
}

/** Mulberry32: small, seeded, good enough for pictures. */
export function prng(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
