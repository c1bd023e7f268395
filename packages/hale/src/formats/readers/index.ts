import { aspnetUiReader } from './aspnet-ui.ts'
import { classicReader } from './classic.ts'
import { haleReader } from './hale.ts'
import { healthJsonReader } from './health-json.ts'
import { microprofileReader } from './microprofile.ts'
import { plainTextReader } from './plain-text.ts'
import type { Reader } from './reader.ts'
import { springBootReader } from './spring-boot.ts'

/** Every format that is read, in the order in which a body is tried on them. A new one is one file and one line here. */
export const READERS: readonly Reader[] = [
  haleReader,
  healthJsonReader,
  springBootReader,
  microprofileReader,
  aspnetUiReader,
  plainTextReader,
  classicReader,
]
