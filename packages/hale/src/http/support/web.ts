import type { Answer } from './answer.ts'
import type { Handler } from '../handler.ts'

/** Answers a Web `Request`; undefined when its path is not one of health's, so that a middleware can hand it on. */
export function answerRequest({ answer }: Pick<Handler, 'answer'>, request: Request): Promise<Response> | undefined {
  const { headers, method, url } = request
  const found = answer({ method, path: url, header: (name) => headers.get(name) ?? undefined })
  if (found === undefined) return undefined
  return Promise.resolve(found).then((known) => toResponse(method, known))
}

/** The answer as a Web `Response` to a request of that method. */
export function toResponse(method: string, { body, headers, status }: Answer): Response {
  const named = new Headers()
  for (let i = 0; i < headers.length; i += 2) named.set(headers[i] ?? '', headers[i + 1] ?? '')
  return new Response(method === 'HEAD' ? null : body, { status, headers: named })
}
