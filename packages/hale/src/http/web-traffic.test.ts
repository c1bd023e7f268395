import { describe, expect, it } from 'vitest'
import { createTraffic, type Traffic } from '../core/traffic.ts'
import { measureHandler } from './web-traffic.ts'

const ROUTE = 'GET /orders/:id'
const asked = (signal?: AbortSignal): Request =>
  new Request('http://x/orders/1', signal === undefined ? {} : { signal })

/** What was counted of a route. */
const counts = (traffic: Traffic): unknown => {
  const { errors, requests } = traffic.figures(ROUTE) ?? {}
  return { requests, errors }
}

/** A stream that gives what it is told to, and notes that it was cancelled. */
function source(pull: (controller: ReadableStreamDefaultController<Uint8Array>) => void) {
  const seen = { cancelled: undefined as unknown }
  const cancel = (reason: unknown): void => void (seen.cancelled = reason)
  return { seen, response: new Response(new ReadableStream<Uint8Array>({ pull, cancel })) }
}

describe('measureHandler', () => {
  it.each([
    ['an error of the app', new Error('it broke'), 1],
    ['a redirect of Next.js', Object.assign(new Error(), { digest: 'NEXT_REDIRECT;replace;/a;b;307;' }), 0],
    ['a "not found" of Next.js', Object.assign(new Error(), { digest: 'NEXT_HTTP_ERROR_FALLBACK;404' }), 0],
    ['an error with a digest of its own', Object.assign(new Error(), { digest: '2338764404' }), 1],
    ['an HTTP error that says its status', Object.assign(new Error(), { status: 422 }), 0],
    ['nothing', undefined, 1],
  ])('throws on what the handler throws, and counts %s as what is answered to it', async (_what, error, errors) => {
    const traffic = createTraffic()
    const handler = measureHandler(traffic, ROUTE, () => Promise.reject(error as Error))
    await expect(handler(asked())).rejects.toBe(error)
    expect(counts(traffic)).toEqual({ requests: 1, errors })
  })

  it('E4: counts what is thrown because the caller went away as no error', async () => {
    const traffic = createTraffic()
    const handler = measureHandler(traffic, ROUTE, ({ signal }) => Promise.reject(signal.reason as Error))
    await expect(handler(asked(AbortSignal.abort()))).rejects.toThrow('aborted')
    expect(counts(traffic)).toEqual({ requests: 1, errors: 0 })
  })

  it('hands on what else the framework gives, and the very answer when that is whole', async () => {
    const answer = Response.json({ id: 7 })
    const handler = measureHandler(createTraffic(), ROUTE, async (_, context: { params: string }) => {
      expect(context.params).toBe('7')
      return answer
    })
    expect(await handler(asked(), { params: '7' })).toBe(answer)
  })

  it('keeps status, headers and cookies of a stream, and reads nothing ahead of its reader', async () => {
    let pulled = 0
    const { response } = source((controller) => {
      pulled++
      controller.enqueue(new TextEncoder().encode('x'))
      if (pulled === 3) controller.close()
    })
    const made = new Response(response.body, {
      status: 207,
      headers: [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ],
    })
    const traffic = createTraffic()
    const answer = await measureHandler(traffic, ROUTE, () => made)(asked())
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([207, ['a=1', 'b=2']])
    // One is the source's own high-water mark.
    expect(pulled).toBeLessThanOrEqual(1)
    expect(traffic.figures()?.requests).toBe(0)
    expect(await answer.text()).toBe('xxx')
    expect(counts(traffic)).toEqual({ requests: 1, errors: 0 })
  })

  it('counts a stream that breaks as an error, and breaks it for the reader too', async () => {
    const traffic = createTraffic()
    const { response } = source((controller) => controller.error(new Error('the disk went away')))
    const answer = await measureHandler(traffic, ROUTE, () => response)(asked())
    await expect(answer.text()).rejects.toThrow('the disk went away')
    expect(counts(traffic)).toEqual({ requests: 1, errors: 1 })
  })

  it('E4: counts a stream whose reader goes away once and as no error, and tells its source', async () => {
    const traffic = createTraffic()
    const { response, seen } = source((controller) => controller.enqueue(new TextEncoder().encode('x')))
    const answer = await measureHandler(traffic, ROUTE, () => response)(asked())
    await answer.body?.cancel('gone')
    expect(counts(traffic)).toEqual({ requests: 1, errors: 0 })
    expect(seen.cancelled).toBe('gone')
  })

  it('answers whatever the function that tells the route does, and counts that as unmatched', async () => {
    const traffic = createTraffic()
    const route = (): string => {
      throw new Error('no such route')
    }
    const answer = await measureHandler(traffic, route, () => new Response('order'))(asked())
    expect(await answer.text()).toBe('order')
    expect(traffic.routes()).toEqual(['unmatched'])
  })
})
