import type { Report } from '../../core/report.ts'
import type { Budget } from '../budget.ts'

/** The body of an answer, as every reader gets to see it. */
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

/** A wire format that is understood by its shape: plain data, one file each, listed in `readers/index.ts`. */
export interface Reader {
  /** Stable name: it is stored with what was read. */
  readonly name: string
  /** Understands the body, or returns undefined when its shape is another's. Never throws, whatever the bytes. */
  readonly read: (body: Body, budget: Budget) => Reading | undefined
  /** Only asked when no other knows the body. */
  readonly last?: true
}
