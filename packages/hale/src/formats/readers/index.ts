import { adonisReader } from './adonis.ts'
import { alexliesenfeldReader } from './alexliesenfeld.ts'
import { anyJsonReader } from './any-json.ts'
import { aspnetUiReader } from './aspnet-ui.ts'
import { classicReader } from './classic.ts'
import { cloudnativeReader } from './cloudnative.ts'
import { dropwizardReader } from './dropwizard.ts'
import { ftReader } from './ft.ts'
import { goSundheitReader } from './go-sundheit.ts'
import { godaddyReader } from './godaddy.ts'
import { haleReader } from './hale.ts'
import { healthJsonReader } from './health-json.ts'
import { hellofreshReader } from './hellofresh.ts'
import { invisionReader } from './invision.ts'
import { kubernetesReader } from './kubernetes.ts'
import { lightshipReader } from './lightship.ts'
import { medicusReader } from './medicus.ts'
import { microprofileReader } from './microprofile.ts'
import { nextcloudReader } from './nextcloud.ts'
import { openMetricsReader } from './open-metrics.ts'
import { plainTextReader } from './plain-text.ts'
import { pyHealthcheckReader } from './py-healthcheck.ts'
import type { Reader } from './reader.ts'
import { springBootReader } from './spring-boot.ts'
import { terminusReader } from './terminus.ts'
import { underPressureReader } from './under-pressure.ts'
import { vaultReader } from './vault.ts'
import { djangoReader, goSundheitShortReader, heptioReader } from './word-lists.ts'

/**
 * Every format that is read, in the order in which a body is tried on them: the first that is certain is taken, else the
 * first that is likely. A new one is one file and one line here.
 */
export const READERS: readonly Reader[] = [
  haleReader,
  healthJsonReader,
  terminusReader,
  godaddyReader,
  alexliesenfeldReader,
  invisionReader,
  hellofreshReader,
  medicusReader,
  adonisReader,
  cloudnativeReader,
  ftReader,
  springBootReader,
  microprofileReader,
  aspnetUiReader,
  pyHealthcheckReader,
  goSundheitReader,
  dropwizardReader,
  underPressureReader,
  goSundheitShortReader,
  djangoReader,
  heptioReader,
  kubernetesReader,
  lightshipReader,
  openMetricsReader,
  plainTextReader,
  vaultReader,
  nextcloudReader,
  classicReader,
  anyJsonReader,
]
