import type { Report } from '../core/report.ts'

/** How much of a report an answer shows. */
export interface WriteOptions {
  /** False: the status and nothing else, for callers without the key (E10). */
  readonly detail: boolean
}

/** A wire format that can be answered with: plain data, one file each, listed in `formats/index.ts`. */
export interface Format {
  /** Stable name, the same that its reader has. */
  readonly name: string
  /** Media types without parameters, in lower case; the first is the one it is written with. */
  readonly contentTypes: readonly [string, ...string[]]
  /** Renders a report; what the report does not say is left out. */
  readonly write: (report: Report, options: WriteOptions) => string
}
