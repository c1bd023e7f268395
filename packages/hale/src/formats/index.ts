import type { Format, WritableFormat } from './format.ts'
import { haleFormat } from './hale.ts'
import { healthJsonFormat } from './health-json.ts'

/** Every wire format, in the order in which a body is tried on them. A new format is one file and one line here. */
export const FORMATS: readonly Format[] = [haleFormat, healthJsonFormat]

/** The formats that can be answered with; the first is the default. */
export const WRITABLE_FORMATS: readonly WritableFormat[] = FORMATS.filter(isWritable)

function isWritable(format: Format): format is WritableFormat {
  return format.write !== undefined
}
