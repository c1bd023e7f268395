import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { StreamEvents } from '@hale/contract'
import type { Clock, Timer } from 'hale'
import type { Change, Picture } from '../live/picture.ts'
import type { Access, Principal } from './access/access.ts'
import { Problem } from './problem.ts'
import type { RenderedOverview } from './rendered-overview.ts'

/** Every open stream of server-sent events. */
export interface Streams extends AsyncDisposable {
  /** Takes a connection over and sends it the overview, then what changes. Throws a Problem when there are too many. */
  open(response: ServerResponse, principal: Principal, headers: OutgoingHttpHeaders): void
  readonly count: number
}

export interface StreamOptions {
  readonly picture: Picture
  readonly overview: RenderedOverview
  readonly access: Access
  readonly clock: Clock
}

/** Comments keep proxies from closing a silent connection; each is also a look at whether the session still holds. */
const HEARTBEAT_MS = 15_000
/** A reader that has taken nothing for this long is gone. */
const STUCK_MS = 60_000
const MOST = 500
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // nginx would hold the events back.
  'x-accel-buffering': 'no',
}

export function createStreams(options: StreamOptions): Streams {
  const { picture, overview, access, clock } = options
  const readers = new Set<Reader>()
  let nextId = 1
  let closed = false

  const overviewEvent = (): string => event('overview', nextId, overview.json())
  const stopPicture = picture.subscribe((change) => {
    nextId += 1
    if (readers.size === 0) return
    // Rendered once, whoever reads.
    const bytes = change.whole ? overviewEvent() : render(nextId, picture, change, clock.wall())
    for (const reader of readers) reader.send(bytes)
  })
  const stopSessions = access.sessions.onEnd((digest) => {
    for (const reader of readers) {
      if (reader.principal.via === 'session' && (digest === 'all' || reader.principal.id === digest)) reader.end()
    }
  })

  let timer: Timer | undefined
  const beat = async (): Promise<void> => {
    for (const reader of readers) {
      if (reader.stuckMs() > STUCK_MS) reader.destroy()
      // When the store cannot say, the stream goes on: it was let in, and the next beat asks again.
      else if (await access.isStillIn(reader.principal).catch(() => true)) reader.send(': still here\n\n')
      else reader.end()
    }
    if (!closed) timer = clock.after(HEARTBEAT_MS, () => void beat())
  }
  timer = clock.after(HEARTBEAT_MS, () => void beat())

  return {
    get count() {
      return readers.size
    },
    open(response, principal, headers) {
      if (readers.size >= MOST) throw new Problem(503, 'TOO_MANY_STREAMS', `There are ${MOST} streams open already.`)
      response.writeHead(200, { ...headers, ...HEADERS })
      response.write('retry: 2000\n\n')
      const reader = new Reader(response, principal, clock, overviewEvent)
      readers.add(reader)
      response.on('close', () => readers.delete(reader))
      reader.send(overviewEvent())
    },
    [Symbol.asyncDispose]() {
      closed = true
      timer?.cancel()
      stopPicture()
      stopSessions()
      for (const reader of readers) reader.end()
      return Promise.resolve()
    },
  }
}

/**
 * One connection. What a slow reader cannot take is not kept for it: it misses the changes and gets the overview once
 * it has caught up, so that at most one overview is ever waiting.
 */
class Reader {
  readonly principal: Principal
  readonly #response: ServerResponse
  readonly #clock: Clock
  #behindSince: number | undefined
  #missed = false

  constructor(response: ServerResponse, principal: Principal, clock: Clock, overview: () => string) {
    this.principal = principal
    this.#response = response
    this.#clock = clock
    response.on('drain', () => {
      this.#behindSince = undefined
      if (!this.#missed) return
      this.#missed = false
      this.send(overview())
    })
  }

  send(text: string): void {
    if (this.#response.writableEnded) return
    if (this.#behindSince !== undefined) this.#missed = true
    else if (!this.#response.write(text)) this.#behindSince = this.#clock.now()
  }

  stuckMs(): number {
    return this.#behindSince === undefined ? 0 : this.#clock.now() - this.#behindSince
  }

  end(): void {
    this.#response.end()
    // A reader that takes nothing would never see the end.
    if (this.#behindSince !== undefined) this.destroy()
  }

  destroy(): void {
    this.#response.destroy()
  }
}

function render(id: number, picture: Picture, { targets, incidents }: Change, now: number): string {
  const events = incidents.map((incident) => event('incident', id, JSON.stringify(incident)))
  if (targets.length > 0) {
    const { status, sentence, counts } = picture.verdict()
    events.unshift(event('targets', id, JSON.stringify({ now, status, sentence, counts, targets })))
  }
  return events.join('')
}

/** JSON holds no line breaks, so one `data:` line is enough. */
function event(name: keyof StreamEvents, id: number, json: string): string {
  return `id: ${id}\nevent: ${name}\ndata: ${json}\n\n`
}
