import type { Traffic } from '../../core/traffic.ts'

/** nginx's code for a client that closed the connection before it was answered. */
export const GONE = 499

/** Ends the measuring of a request: once, with the status of its answer. */
export type EndOfRequest = (status: number) => void

/** Begins to measure; `route` is asked once the request is answered, and when it throws the request matched none. */
export function beginRequest(traffic: Traffic, route: () => string | undefined): EndOfRequest {
  const end = traffic.begin()
  return (status) => {
    let pattern: string | undefined
    try {
      pattern = route()
    } catch {
      // The user's code: what it cannot tell must neither break an answer nor end the process.
    }
    end(pattern, status)
  }
}
