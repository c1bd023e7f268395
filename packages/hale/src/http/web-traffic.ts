import type { Traffic } from '../core/traffic.ts'
import { endWith } from './support/traffic-body.ts'
import { beginRequest, GONE } from './support/traffic-end.ts'
import { statusOfError } from './support/traffic-status.ts'

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
