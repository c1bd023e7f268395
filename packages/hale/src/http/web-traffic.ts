import type { ServerResponse } from 'node:http'
import type { Traffic } from '../core/traffic.ts'
import { beginRequest, GONE, type EndOfRequest } from './traffic-end.ts'

/** Answers a request; what else the runtime or framework gives it is handed on. */
export type MeasuredHandler<Asked, Rest extends readonly unknown[]> = (
  request: Asked,
  ...rest: Rest
) => Response | Promise<Response>

/**
 * Measures a handler of Web `Request` and `Response`, on any runtime:
 *
 *     const orders = measureHandler(traffic, 'GET /orders/:id', (request) => Response.json(order))
 *
 * What it throws counts as 500. An answer whose type is neither plain text nor JSON, and whose length is not said, may be a
 * stream and counts until its last byte, or as 499 until the caller goes away; every other until the handler gives it back.
 *
 * @param route the pattern, or what tells it of a request once it is answered; undefined is `unmatched`. Never its path (E11).
 */
export function measureHandler<Asked extends Request, Rest extends readonly unknown[]>(
  traffic: Traffic,
  route: string | ((request: Asked) => string | undefined),
  handler: MeasuredHandler<Asked, Rest>,
): (request: Asked, ...rest: Rest) => Promise<Response> {
  return async (request, ...rest) => {
    const end = beginRequest(traffic, () => (typeof route === 'string' ? route : route(request)))
    let response: Response
    try {
      response = await handler(request, ...rest)
    } catch (error) {
      end(request.signal.aborted ? GONE : statusOfError(error))
      throw error
    }
    return endWith(response, end)
  }
}

/** Ends with the answer, or with the end of its body when that may be a stream: give the caller what comes back. */
export function endWith(response: Response, end: EndOfRequest): Response {
  const { body, headers, status } = response
  if (body !== null && !headers.has('content-length') && !WHOLE.test(headers.get('content-type') ?? '')) {
    return new Response(follow(body, status, end), response)
  }
  end(status)
  return response
}

/** The types that `Response` gives to texts and `Response.json`. Following a body costs some 6 µs: most need not pay. */
const WHOLE = /^(?:text\/plain|application\/json)\b/i

/** The same bytes; nothing is read ahead of who reads them. */
function follow(body: ReadableStream<Uint8Array>, status: number, end: EndOfRequest): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (!done) return controller.enqueue(value)
        } catch (error) {
          end(500)
          throw error
        }
        controller.close()
        end(status)
      },
      cancel(reason) {
        end(GONE)
        return reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}

/** The response of node:http behind a request of srvx, on which h3 2, Nitro 3 and Elysia on Node stand. */
export function nodeResponseOf(request: Request): ServerResponse | undefined {
  return (request as { readonly runtime?: { readonly node?: { readonly res?: ServerResponse } } }).runtime?.node?.res
}

/**
 * What a framework answers to what a handler throws: the `status` of an HTTP error, else 500. Next.js redirects and says "not
 * found" by throwing too: `NEXT_REDIRECT;replace;/login;307;`, `NEXT_HTTP_ERROR_FALLBACK;404`.
 */
export function statusOfError(error: unknown): number {
  const { digest, status } = Object(error) as { readonly digest?: unknown; readonly status?: unknown }
  if (typeof status === 'number') return status
  const [, code] = /^NEXT_(?:REDIRECT|HTTP_ERROR_FALLBACK);(?:.*;)?(\d{3});?$/.exec(String(digest)) ?? []
  return code === undefined ? 500 : Number(code)
}
