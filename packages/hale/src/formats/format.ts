import type { Report } from '../core/report.ts'
import type { Budget } from './budget.ts'

/** How much of a report an answer shows. */
export interface WriteOptions {
  /** False: the status and nothing else, for callers without the key (E10). */
  readonly detail: boolean
}

/** The body of an answer, as every format gets to see it. */
export interface Body {
  /** What it parses to; undefined when it is not JSON. */
  readonly json: unknown
  /** The text without white space around it. */
  readonly text: string
}

/** A body understood as a document of one format. */
export interface Reading {
  /** `certain`: no other format looks like this. `likely`: others could be meant, and would say the same. */
  readonly certainty: 'certain' | 'likely'
  readonly report: Report
}

/**
 * A wire format: plain data, one file each, listed in `formats/index.ts`.
 * At least one of `read` and `write` is there.
 */
export interface Format {
  /** Stable name: it is stored with what was read. */
  readonly name: string
  /** Media types without parameters; the first is the one it is written with. Reading never looks at them. */
  readonly contentTypes: readonly [string, ...string[]]
  /** Understands the body, or returns undefined when its shape is another's. Never throws, whatever the bytes. */
  readonly read?: (body: Body, budget: Budget) => Reading | undefined
  /** Renders a report; what the report does not say is left out. */
  readonly write?: (report: Report, options: WriteOptions) => string
}

/** A format that can be answered with. */
export type WritableFormat = Format & Required<Pick<Format, 'write'>>
