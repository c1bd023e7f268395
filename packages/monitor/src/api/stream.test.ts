import { connect, type Socket } from 'node:net'
import { targetDelta, type Overview, type StreamEvents } from '@hale/contract'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aTarget } from '../../test/builders.ts'
import { serve, type Serving } from '../../test/serve.ts'

const refused = { status: 'unhealthy', code: 'CONNECTION_REFUSED' } as const

interface StreamEvent {
  readonly event: string
  readonly data: unknown
}

/** Reads a stream event by event. */
async function* eventsOf(answer: Response): AsyncGenerator<StreamEvent> {
  let text = ''
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n')
      text = text.slice(end + 2)
      const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
      const event = field('event')
      if (event !== undefined) yield { event, data: JSON.parse(field('data') ?? 'null') }
    }
  }
}

describe('the stream', () => {
  let serving: Serving
  const targets = Array.from({ length: 40 }, (_, index) => aTarget({ id: `target-${index}` }))
  const next = async (events: AsyncGenerator<StreamEvent>): Promise<StreamEvent> => {
    const { value, done } = await events.next()
    return done === true ? { event: 'end', data: undefined } : value
  }

  beforeEach(async () => {
    serving = await serve(targets)
  })
  afterEach(() => serving[Symbol.asyncDispose]())

  it('sends the overview, then what changes, then incidents', async () => {
    const answer = await serving.ask('/api/v1/stream')
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    const events = eventsOf(answer)
    const first = await next(events)
    expect([first.event, (first.data as Overview).targets.length]).toEqual(['overview', 40])

    await serving.probe({ 'target-7': { result: refused } })
    const changed = await next(events)
    expect(changed).toMatchObject({
      event: 'targets',
      data: {
        status: 'unhealthy',
        counts: { unhealthy: 1 },
        targets: [{ id: 'target-7', standing: { code: 'CONNECTION_REFUSED' } }],
      },
    })
    targetDelta.array().parse((changed.data as StreamEvents['targets']).targets)
    expect(await next(events)).toMatchObject({ event: 'incident', data: { targetId: 'target-7', closedAt: null } })
  })

  it('S2: ends when its session does', async () => {
    const { cookie } = await serving.server.access.sessions.open('read')
    const answer = await serving.ask('/api/v1/stream', { headers: { cookie: `hale_session=${cookie}` } })
    const events = eventsOf(answer)
    expect(await next(events)).toMatchObject({ event: 'overview' })
    const kept = eventsOf(await serving.ask('/api/v1/stream'))
    expect(await next(kept)).toMatchObject({ event: 'overview' })
    await serving.server.access.sessions.endAll()
    expect(await next(events)).toMatchObject({ event: 'end' })
    // A key's stream is not a session's.
    await serving.probe({ 'target-1': {} })
    expect(await next(kept)).toMatchObject({ event: 'targets' })
  })

  it('ends with the server, at once', async () => {
    const events = eventsOf(await serving.ask('/api/v1/stream'))
    await next(events)
    const began = performance.now()
    await serving.server.close()
    expect(await next(events)).toMatchObject({ event: 'end' })
    expect(performance.now() - began).toBeLessThan(1_500)
  })

  it('keeps nothing for a reader that does not read, and shows it the whole once it does', async () => {
    const { port } = new URL(serving.url)
    const socket: Socket = connect(Number(port), '127.0.0.1')
    socket.pause()
    socket.write(`GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nX-API-Key: ${serving.key}\r\n\r\n`)
    // A reader that keeps up, beside it, sees every change.
    const events = eventsOf(await serving.ask('/api/v1/stream'))
    await next(events)
    // More than the kernel holds for one connection.
    const message = 'x'.repeat(50_000)
    const rounds = 12
    for (let round = 0; round < rounds; round += 1) {
      const outcome = { result: { ...refused, message: `${round} ${message}` } }
      await serving.probe(Object.fromEntries(targets.map(({ id }) => [id, outcome])))
      for (let event = ''; event !== 'targets';) event = (await next(events)).event
    }
    const seen: string[] = []
    let text = ''
    await new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1')
        for (const [, name] of text.matchAll(/^event: (\w+)$/gmu)) seen.push(name ?? '')
        text = text.slice(text.lastIndexOf('\n') + 1)
        if (seen.filter((name) => name === 'overview').length === 2) resolve()
      })
      socket.resume()
    })
    // Overview, what the kernel took, and the overview again: not every round.
    expect(seen[0]).toBe('overview')
    expect(seen.filter((name) => name === 'targets').length).toBeLessThan(rounds)
    socket.destroy()
  }, 60_000)
})
