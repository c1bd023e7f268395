import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Traffic } from '../core/traffic.ts'

export interface NodeTrafficOptions {
  /**
   * The pattern that a request matched, such as `POST /orders/:id`; undefined when it matched none. Asked once the request
   * is answered. Never give its path: there are as many as callers care to make up (E11). Default: none matches.
   */
  readonly route?: (request: IncomingMessage) => string | undefined
}

/** Begins to measure a request. With `next` it is a middleware as well. */
export type TrafficListener = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void

/**
 * Measures requests of node:http, from here until the answer is handed to the socket. A caller that goes away before counts
 * as status 499, which is no error of the app.
 *
 *     const measure = trafficListener(traffic, { route: (request) => ROUTES.get(request) })
 *     createServer((request, response) => { measure(request, response); app(request, response) })
 */
export function trafficListener(traffic: Traffic, { route }: NodeTrafficOptions = {}): TrafficListener {
  return (request, response, next) => {
    const end = traffic.begin()
    response.once('close', () => end(route?.(request), response.writableFinished ? response.statusCode : GONE))
    next?.()
  }
}

/** nginx's code for a client that closed the connection before it was answered. */
const GONE = 499
