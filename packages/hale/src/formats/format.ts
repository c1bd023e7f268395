import type { Selection } from '../core/health.ts'
import type { Report } from '../core/report.ts'

/** How much of a report an answer shows, and of what. */
export interface WriteOptions {
  /** False: the status and nothing else, for callers without the key (E10). */
  readonly detail: boolean
  /** What the report is about, where the format says it. Default: it does not. */
  readonly selection?: Selection
  /** The query of the request; given only to formats that have parameters, and only for callers with the key. */
  readonly query?: URLSearchParams | undefined
}

/** A wire format that can be answered with: plain data, one file each, listed in `formats/index.ts`. */
export interface Format {
  /** Stable name, the same that its reader has. */
  readonly name: string
  /** Media types without parameters, in lower case, by which `Accept` asks for it. */
  readonly contentTypes: readonly [string, ...string[]]
  /** The `Content-Type` it is sent with. Default: the first of `contentTypes`. */
  readonly contentType?: string
  /** Headers of its own, names in lower case and values alternating. Default none. */
  readonly headers?: readonly string[]
  /** Query parameters that it understands. Default none. */
  readonly parameters?: readonly string[]
  /** True: asking for it starts no check and waits for none, and the answer is 200 whatever the status (E11). */
  readonly passive?: true
  /** What is left of the report under these options; the HTTP code is that of the rest. Default: all of it. */
  readonly narrow?: (report: Report, options: WriteOptions) => Report
  /** Renders a report; what the report does not say is left out. */
  readonly write: (report: Report, options: WriteOptions) => string
}

/** A format that is loaded when it is first asked for, so that starting an app does not load it. */
export interface LazyFormat extends Pick<Format, 'name' | 'contentTypes'> {
  readonly load: () => Promise<Format>
}
