import type { Format } from './format.ts'
import { haleFormat } from './hale.ts'
import { healthJsonFormat } from './health-json.ts'

/**
 * Every format that can be answered with. A new one is one file and one line here. No handler imports this list: it takes
 * the formats it is given, so that an app carries those that it serves.
 */
export const FORMATS: readonly Format[] = [haleFormat, healthJsonFormat]
