import type { Health, Logger } from 'hale'
import { z } from 'zod'
import { suggest } from 'hale/core/suggest'
import { validate } from '../config/validate.ts'
import type { RunningExporter } from './exporter-type.ts'
import { EXPORTER_TYPES } from './exporter-types.ts'
import type { Reading } from './reading.ts'
import { isMapping, refuseMissing, refuseSetup, type Mapping } from './refuse.ts'

/** An exporter as the file names it. */
export interface NamedExporter {
  readonly name: string
  readonly type: string
  /** Sets it to work. Whoever does closes it, before the health. */
  readonly start: (health: Health, logger: Logger) => Promise<RunningExporter>
}

/** Reads the exporters that a file names, and notes everything that is wrong with them. Sets none to work. */
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
    const path = ['exporters', name]
    const at = options['type'] === undefined ? { path, at: 'key' as const } : { path: [...path, 'type'] }
    const known = Object.hasOwn(EXPORTER_TYPES, type) ? EXPORTER_TYPES[type] : undefined
    if (known === undefined) {
      const types = Object.keys(EXPORTER_TYPES)
      const message = `there is no exporter of that type; there are ${types.join(', ')}`
      reading.refuse(at.path, message, { suggestion: suggest(type, types), ...at })
      continue
    }
    refuseMissing(known.needs, 'tells', at.path, reading, isInstalled)
    const before = reading.count()
    validate(known.options.extend({ type: z.string().optional() }), options, path, reading.refuse)
    if (reading.count() > before) continue
    try {
      await known.tryOut(own)
      found.push({ name, type, start: (health, logger) => known.start(health, own, logger) })
    } catch (error) {
      // The library's word for a field is `hale/exporters/statsd, port`.
      refuseSetup(error, reading, (_check, field) => [...path, field.replace(/^.*, /, '')])
    }
  }
  return found
}
