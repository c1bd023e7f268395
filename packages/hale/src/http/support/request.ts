import type { Peer } from './peer.ts'

/** A request as far as health is concerned. */
export interface HandlerRequest {
  readonly method: string
  /** Path with query, as on the request line. */
  readonly path: string
  /** A header's value by its name in lower case; the values of one that came several times, joined by `, `. */
  readonly header: (name: string) => string | undefined
  /** Who is at the other end of the connection, where the server knows. Asked only when somebody's access depends on it. */
  readonly peer?: () => Peer | undefined
}
