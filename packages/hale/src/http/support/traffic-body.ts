import { GONE, type EndOfRequest } from './traffic-end.ts'

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
