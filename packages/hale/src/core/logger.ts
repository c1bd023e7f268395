/** Where the app's own log is. `console` fits; it is the default. */
export interface Logger {
  /** Takes the whole error, which no answer over HTTP ever shows (E10). */
  error(message: string, error: unknown): void
}

/** A logger that cannot throw: a broken log must not turn into a broken check. */
export function guardLogger(logger: Logger): Logger {
  return {
    error(message, error) {
      try {
        logger.error(message, error)
      } catch {
        // There is nowhere left to say it.
      }
    },
  }
}
