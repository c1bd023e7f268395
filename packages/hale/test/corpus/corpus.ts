/** A text that a real client gave away, with each secret in it marked `⟦like this⟧`. */
export interface CorpusEntry {
  readonly client: string
  readonly version: string
  /** What was done to it. */
  readonly what: string
  /** How the error came to be text. */
  readonly form: 'message' | 'inspect' | 'json'
  readonly text: string
}

export const OPEN = '⟦'
export const CLOSE = '⟧'

/** A message in which there is nothing to hide. */
export interface PlainEntry {
  readonly client: string
  readonly text: string
}
