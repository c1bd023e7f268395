import type { IncomingMessage, ServerResponse } from 'node:http'
import { isFunction, optional, refuseOptions, type Rules } from '../core/rules.ts'
import type { Traffic } from '../core/traffic.ts'
import { beginRequest, GONE } from './support/traffic-end.ts'

export interface NodeTrafficOptions {
  /**
   * The pattern that a request matched, such as `POST /orders/:id`; undefined when it matched none. Asked once the request
   * is answered. Never give its path: there are as many as callers care to make up (E11). Default: none matches.
   */
  readonly route?: (request: IncomingMessage) => string | undefined
}

const RULES: Rules<NodeTrafficOptions> = { route: optional('a function', isFunction) }

/** Begins to measure a request. With `next` it is a middleware as well. */
export type TrafficListener = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void

/**
 * Measures requests of node:http, from here until the answer is handed to the socket. A caller that goes away before counts
 * as status 499, which is no error of the app; an answer that the app itself breaks off counts as 500.
 *
 *     const measure = trafficListener(traffic, { route: (request) => ROUTES.get(request) })
 *     createServer((request, response) => { measure(request, response); app(request, response) })
 */
export function trafficListener(traffic: Traffic, options: NodeTrafficOptions = {}): TrafficListener {
  refuseOptions(options, RULES)
  const { route } = options
  return (request, response, next) => {
    measureResponse(traffic, response, () => route?.(request))
    next?.()
  }
}

/** Measures from here until the response is closed; `route` is asked then. */
export function measureResponse(traffic: Traffic, response: ServerResponse, route: () => string | undefined): void {
  const end = beginRequest(traffic, route)
  response.once('close', () => end(statusOf(response)))
}

function statusOf({ errored, statusCode, writableFinished }: ServerResponse): number {
  if (writableFinished) return statusCode
  // `pipeline` destroys the response with the error of a source that fails after the head was sent.
  return errored === null ? GONE : 500
}

/** The response of node:http behind a request of srvx, on which h3 2, Nitro 3 and Elysia on Node stand. */
export function nodeResponseOf(request: Request): ServerResponse | undefined {
  return (request as { readonly runtime?: { readonly node?: { readonly res?: ServerResponse } } }).runtime?.node?.res
}
