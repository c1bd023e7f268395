/** Something the person at the terminal can mend; its message is all they need, so no stack is printed. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Read when no file is named. */
export const DEFAULT_FILE = 'hale.yaml'
