import type { Report } from '../../core/report.ts'
import { asFields } from './fields.ts'
import type { Body, Reader, Reading } from './reader.ts'

/**
 * Nextcloud and ownCloud, `/status.php`: three flags, and always 200.
 *
 * @see https://docs.nextcloud.com/server/latest/admin_manual/maintenance/upgrade.html
 */
export const nextcloudReader: Reader = { name: 'nextcloud', read }

function read({ json }: Body): Reading | undefined {
  const root = asFields(json)
  const { installed, maintenance, needsDbUpgrade } = root ?? {}
  if ([installed, maintenance, needsDbUpgrade].some((flag) => typeof flag !== 'boolean')) return undefined
  const judged = judge(installed === true, maintenance === true, needsDbUpgrade === true)
  return { certainty: 'certain', report: { ...judged, checks: {} } }
}

function judge(
  installed: boolean,
  maintenance: boolean,
  upgrade: boolean,
): Pick<Report, 'status' | 'code' | 'message'> {
  if (!installed) return { status: 'unhealthy', code: 'NOT_READY', message: 'It is not installed.' }
  if (maintenance) return { status: 'maintenance' }
  if (!upgrade) return { status: 'healthy' }
  return { status: 'unhealthy', code: 'MIGRATIONS_PENDING', message: 'Its database needs an upgrade.' }
}
