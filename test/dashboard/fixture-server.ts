import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import {
  incident,
  incidentDetail,
  notification,
  overview,
  page,
  sampleSeries,
  target,
  targetDelta,
  targetSummary,
  type Overview,
  type StreamEvents,
  type TargetDelta,
  type TargetSummary,
} from '@hale/contract'
import { z } from 'zod'
import { makeSeries } from './series.ts'
import type { World } from './world.ts'

export const KEY = 'hale_test_key'
const CSP = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

export interface FixtureServer extends AsyncDisposable {
  readonly url: string
  /** What is served; setting it tells every open page. */
  world: World
  /** Whether a session is asked for. */
  locked: boolean
  /** Whether the API answers at all: false cuts every open connection. */
  up: boolean
  /** Sends what changed about some targets. */
  announce(...ids: readonly string[]): void
}

/** Serves the built page as the monitor would, and the contract's API from a made world. Answers pass the contract's schemas. */
export async function startFixtureServer(folder: string, first: World): Promise<FixtureServer> {
  let world = first
  let up = true
  const state = { locked: false }
  const streams = new Set<ServerResponse>()

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://fixture')
    if (!url.pathname.startsWith('/api/')) return sendFile(folder, url.pathname, response)
    if (!up) return void request.socket.destroy()
    if (url.pathname === '/api/v1/session') return session(request, response)
    if (state.locked && !(request.headers.cookie ?? '').includes('session=open'))
      return problem(response, 401, 'NO_SESSION')
    if (url.pathname === '/api/v1/stream') return stream(response)
    const found = find(world, url)
    return found === undefined ? problem(response, 404, 'NOT_FOUND') : json(response, 200, found)
  }
  const stream = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    streams.add(response)
    response.on('close', () => streams.delete(response))
    emit([response], 'overview', toOverview(world))
  }
  const server = createServer((request, response) => {
    response.setHeader('content-security-policy', CSP)
    answer(request, response).catch((error: unknown) => {
      console.error(error)
      problem(response, 500, 'FIXTURE')
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get world() {
      return world
    },
    set world(next) {
      world = next
      emit(streams, 'overview', toOverview(world))
    },
    get locked() {
      return state.locked
    },
    set locked(locked) {
      state.locked = locked
    },
    get up() {
      return up
    },
    set up(next) {
      up = next
      if (!up) for (const each of streams) each.socket?.destroy()
    },
    announce(...ids) {
      const { now, status, sentence, counts, targets } = toOverview(world)
      const changed = targets.filter(({ id }) => ids.includes(id)).map(toDelta)
      emit(streams, 'targets', { now, status, sentence, counts, targets: changed })
      const news = world.incidents.find(({ targetId }) => ids.includes(targetId))
      if (news !== undefined) emit(streams, 'incident', incident.parse(news))
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => void server.close(resolve))
    },
  }
}

function find(world: World, url: URL): unknown {
  const [, , , what, id, part] = url.pathname.split('/')
  const { searchParams } = url
  if (what === 'overview') return toOverview(world)
  if (what === 'targets' && id !== undefined) {
    const found = world.targets.get(decodeURIComponent(id))
    if (found === undefined) return undefined
    return part === 'samples'
      ? sampleSeries.parse(makeSeries(found, Number(searchParams.get('from')), Number(searchParams.get('to'))))
      : target.parse(found)
  }
  if (what === 'incidents' && id !== undefined) {
    const found = world.incidents.find((each) => each.id === decodeURIComponent(id))
    return found === undefined ? undefined : incidentDetail.parse(found)
  }
  if (what === 'incidents') {
    const [of, open] = [searchParams.get('target'), searchParams.get('open')]
    const items = world.incidents.filter(
      (each) => (of === null || each.targetId === of) && (open === null || each.closedAt === null),
    )
    return page(incident).parse({ items, next: null })
  }
  if (what === 'notifications') {
    return page(notification).parse({
      items: world.notifications.filter((each) => each.incidentId === searchParams.get('incident')),
      next: null,
    })
  }
  return undefined
}

function toOverview(world: World): Overview {
  const targets = [...world.targets.values()]
  const counts = Object.fromEntries(
    overview.shape.status.options.map((status) => [status, targets.filter((each) => each.status === status).length]),
  )
  const worst = overview.shape.status.options
    .toReversed()
    .find((status) => targets.some((each) => each.status === status && status !== 'skipped'))
  return overview.parse({
    now: Date.now(),
    status: worst ?? 'healthy',
    sentence: 'made by the fixture',
    counts,
    targets: z.array(targetSummary).parse(targets),
    monitor: { version: '0.1.0', startedAt: world.startedAt, storage: 'ok' },
  })
}

function toDelta(summary: TargetSummary): TargetDelta {
  return targetDelta.parse({ ...summary, standing: summary })
}

function emit<Name extends keyof StreamEvents>(
  to: Iterable<ServerResponse>,
  name: Name,
  data: StreamEvents[Name],
): void {
  for (const response of to) response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
}

async function session(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'DELETE') return json(response.setHeader('set-cookie', 'session=; Max-Age=0; Path=/'), 200, {})
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { key } = z.object({ key: z.string() }).parse(JSON.parse(Buffer.concat(chunks).toString()))
  if (key !== KEY) return problem(response, 401, 'UNKNOWN_KEY')
  json(response.setHeader('set-cookie', 'session=open; HttpOnly; SameSite=Strict; Path=/'), 200, {})
}

async function sendFile(folder: string, path: string, response: ServerResponse): Promise<void> {
  const name = extname(path) === '' ? '/index.html' : path
  const body = await readFile(join(folder, name)).catch(() => undefined)
  if (body === undefined) return problem(response, 404, 'NOT_FOUND')
  response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' }).end(body)
}

function problem(response: ServerResponse, status: number, code: string): void {
  json(response, status, { error: { code, message: `The fixture answers ${status}.` } })
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body))
}
