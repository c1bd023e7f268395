import type { Health, Logger } from 'hale'
import { z } from 'zod'
import type { ConfigPath } from '../config/problem.ts'
import { suggest } from 'hale/core/suggest'
import { validate } from '../config/validate.ts'
import type { RunningExporter } from './exporter-type.ts'
import { EXPORTER_TYPES } from './exporter-types.ts'
import type { Reading } from '../config/reading.ts'
import { isMapping, refuseMissing, type Mapping } from './refuse.ts'
import { tryOut, usableOf } from './usable.ts'

/** What asks by itself. */
const SCRAPERS = /^(?:prometheus|open-?metrics|victoria-?metrics)$/i

/** An exporter as the file names it. */
export interface NamedExporter {
  readonly name: string
  readonly type: string
  /** Sets it to work. Whoever does closes it, before the health. */
  readonly start: (health: Health, logger: Logger) => Promise<RunningExporter>
}

/**
 * Reads the exporters that a file names, and notes everything that is wrong with them. Sets none to work. What it gives is
 * to be used only where nothing is.
 */
export async function readExporters(
  given: Mapping,
  reading: Reading,
  isInstalled: (name: string) => boolean,
): Promise<readonly NamedExporter[]> {
  const found: NamedExporter[] = []
  for (const [name, options] of Object.entries(given)) {
    if (!isMapping(options)) continue // the schema has said so
    const { type = name, ...own } = options
    if (typeof type !== 'string') continue
    const path: ConfigPath = ['exporters', name]
    const at = options['type'] === undefined ? { path, at: 'key' as const } : { path: [...path, 'type'] }
    const known = Object.hasOwn(EXPORTER_TYPES, type) ? EXPORTER_TYPES[type] : undefined
    if (known === undefined) {
      const types = Object.keys(EXPORTER_TYPES)
      const suggestion = SCRAPERS.test(type) ? undefined : suggest(type, types)
      const others = suggestion === undefined ? `; there are ${types.join(', ')}` : ''
      const message = SCRAPERS.test(type)
        ? 'needs no exporter: Prometheus scrapes /metrics below the path of the endpoints'
        : `there is no exporter of that type${others}`
      reading.refuse(at.path, message, { suggestion, ...at })
      continue
    }
    refuseMissing(known.needs, 'tells', at.path, reading, isInstalled)
    validate(known.options.extend({ type: z.string().optional() }), options, path, reading.refuse)
    const usable = usableOf(known.options, own, path, reading)
    // The library's word for a field is `hale/exporters/statsd, port`.
    const place = (field: string): ConfigPath => [...path, field.replace(/^.*, /, '')]
    await tryOut(usable, reading, () => known.tryOut(usable.options), place)
    found.push({ name, type, start: (health, logger) => known.start(health, own, logger) })
  }
  return found
}
