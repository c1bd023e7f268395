import type { Report } from '../../core/report.ts'
import { asFields, defined, firstText } from './fields.ts'
import type { Body, Reader, Reading } from './reader.ts'

/**
 * `@fastify/under-pressure`: the error that every route of the app answers with while it is overloaded or its check fails.
 * Else it is `{"status":"ok"}`, the classic document.
 *
 * @see https://github.com/fastify/under-pressure
 */
export const underPressureReader: Reader = { name: 'under-pressure', read }

function read({ json }: Body): Reading | undefined {
  const root = asFields(json)
  if (root?.['code'] !== 'FST_UNDER_PRESSURE') return undefined
  const report = defined<Report>({
    status: 'unhealthy',
    code: 'FST_UNDER_PRESSURE',
    message: firstText(root['message'], root['error']),
    checks: {},
  })
  return { certainty: 'certain', report }
}
