import { aspnetUiFormat } from './aspnet-ui.ts'
import { classicFormat } from './classic.ts'
import type { Format, WritableFormat } from './format.ts'
import { haleFormat } from './hale.ts'
import { healthJsonFormat } from './health-json.ts'
import { microprofileFormat } from './microprofile.ts'
import { plainTextFormat } from './plain-text.ts'
import { springBootFormat } from './spring-boot.ts'

/** Every wire format, in the order in which a body is tried on them. A new format is one file and one line here. */
export const FORMATS: readonly Format[] = [
  haleFormat,
  healthJsonFormat,
  springBootFormat,
  microprofileFormat,
  aspnetUiFormat,
  plainTextFormat,
  classicFormat,
]

/** The formats that can be answered with; the first is the default. */
export const WRITABLE_FORMATS: readonly WritableFormat[] = FORMATS.filter(isWritable)

function isWritable(format: Format): format is WritableFormat {
  return format.write !== undefined
}
