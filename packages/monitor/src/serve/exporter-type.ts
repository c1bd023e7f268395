import { createHealth, type Clock, type Health, type Logger } from 'hale'
import type { z } from 'zod'
import { toGiven, type Given } from './given.ts'
import type { Mapping } from './refuse.ts'

/** An exporter at work, until it is closed. */
export interface RunningExporter {
  close(): Promise<void>
}

/** One type of exporter that a file can name. */
export interface ExporterType {
  /** What it takes. */
  readonly options: z.ZodObject
  /** The packages by which it tells, which a person installs beside Hale. None: it tells by itself. */
  readonly needs: readonly string[]
  /** Loads the exporter's module, and nothing else, and sets it to work with options that passed the schema. */
  readonly start: (health: Health, options: Mapping, logger: Logger) => Promise<RunningExporter>
  /** @throws {HealthSetupError} when the options cannot work. Tells nobody. */
  readonly tryOut: (options: Mapping) => Promise<unknown>
}

/** Time stands still, so nothing is due, and what is queued stays there. */
const STILL: Clock = { now: () => 0, wall: () => 0, after: () => ({ cancel: () => undefined }) }

/**
 * Makes a type of exporter; `make` imports it when it is called. It is tried out with a registry in which nothing happens:
 * an exporter opens nothing before it has something to tell, so it needs no closing, which would tell how things stand.
 */
export function exporterType<S extends z.ZodObject>(
  options: S,
  make: (health: Health, options: Given<z.infer<S>> & { readonly logger: Logger }) => Promise<RunningExporter>,
): ExporterType {
  // What passed the schema is of its type: besides lists of one nothing is transformed.
  const start: ExporterType['start'] = (health, given, logger) =>
    make(health, { ...(toGiven(options, given) as Given<z.infer<S>>), logger })
  return {
    options,
    needs: [],
    start,
    async tryOut(given) {
      await using health = createHealth({ checks: {}, mode: 'on-request', clock: STILL })
      await start(health, given, { error: () => undefined })
    },
  }
}
