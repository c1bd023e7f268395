import type { Report } from '../../core/report.ts'
import { asFields } from './fields.ts'
import type { Body, Reader, Reading } from './reader.ts'

/**
 * HashiCorp Vault and OpenBao, `/v1/sys/health`. Their codes say the same, unless the question asks for others:
 * `?sealedcode=200` makes load balancers happy. A standby is well, but answers 429 unless asked with `?standbyok=true`.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/system/health
 */
export const vaultReader: Reader = { name: 'vault', read }

function read({ json }: Body): Reading | undefined {
  const root = asFields(json)
  const { initialized, sealed, standby } = root ?? {}
  if ([initialized, sealed, standby].some((flag) => typeof flag !== 'boolean')) return undefined
  return { certainty: 'certain', report: { ...judge(initialized === true, sealed === true), checks: {} } }
}

function judge(initialized: boolean, sealed: boolean): Pick<Report, 'status' | 'code' | 'message'> {
  if (!initialized) return { status: 'unhealthy', code: 'NOT_READY', message: 'It is not initialised.' }
  return sealed ? { status: 'unhealthy', code: 'LOCKED', message: 'It is sealed.' } : { status: 'healthy' }
}
