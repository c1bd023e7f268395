/** What is not covered, or covered in an unwise way (all others). */
export type FindingCode =
  | 'NOT_COVERED'
  | 'DEPENDENCY_FAILS_READINESS'
  | 'TIMEOUT_TOO_LONG'
  | 'LIVENESS_PATH'
  | 'READINESS_PATH'
  | 'PROBE_PORT'

/** One thing to mend. Holds names only: no value of a variable is known to what made it. */
export interface Finding {
  readonly code: FindingCode
  /** What it is, in a sentence. */
  readonly what: string
  /** Why it matters, in a sentence. */
  readonly why: string
  /** Lines to paste; none where there are none to give. */
  readonly lines: readonly string[]
  /** The file, and the place in it, that it is about. */
  readonly where?: string
}
