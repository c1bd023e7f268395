import { aspnetUiFormat } from './aspnet-ui.ts'
import type { Format } from './format.ts'
import { haleFormat } from './hale.ts'
import { healthJsonFormat } from './health-json.ts'
import { htmlFormat } from './html.ts'
import { kubernetesFormat } from './kubernetes.ts'
import { microprofileFormat } from './microprofile.ts'
import { openMetricsFormat, prometheusFormat } from './open-metrics.ts'
import { plainTextFormat } from './plain-text.ts'
import { springBootFormat } from './spring-boot.ts'

/**
 * Every format that can be answered with. A new one is one file and one line here. No handler imports this list: it takes
 * the formats it is given, so that an app carries those that it serves.
 */
export const FORMATS: readonly Format[] = [
  haleFormat,
  healthJsonFormat,
  springBootFormat,
  microprofileFormat,
  aspnetUiFormat,
  kubernetesFormat,
  plainTextFormat,
  openMetricsFormat,
  prometheusFormat,
  htmlFormat,
]
