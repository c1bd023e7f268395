/** Most checks that are read of one document; what is beyond is not looked at (S9). */
export const MAX_CHECKS = 1_000
/** Deepest nesting that is read (S9). */
export const MAX_DEPTH = 16

/** How many more checks may be read of one document; counts down while it is read, below zero once something was left out. */
export interface Budget {
  left: number
  /** True when the readers were not given all of the document. */
  readonly isCut?: boolean
}
