/** A fenced TypeScript block of a page of the documentation. */
export interface Block {
  /** Where its fence begins, from 1. */
  readonly line: number
  /** What stands behind `ts`: nothing, `run` or `file=path`. */
  readonly mark: string
  readonly code: string
}

/** The TypeScript blocks of a page, from top to bottom. */
export function blocksOf(text: string): readonly Block[] {
  return [...text.matchAll(/^```ts(?: ([^\n]+))?\n(.*?)^```/gms)].map(({ 1: mark = '', 2: code = '', index }) => ({
    line: text.slice(0, index).split('\n').length,
    mark,
    code,
  }))
}
