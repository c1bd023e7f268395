import type { Status } from '../../core/status.ts'
import type { Body, Reader, Reading } from './reader.ts'

// Liveness says nothing of whether it serves; there it means that the process is well.
const STATES: ReadonlyMap<string, Status> = new Map([
  ['SERVER_IS_READY', 'healthy'],
  ['SERVER_IS_NOT_SHUTTING_DOWN', 'healthy'],
  ['SERVER_IS_NOT_READY', 'unknown'],
  ['SERVER_IS_SHUTTING_DOWN', 'unknown'],
])

/**
 * lightship: one word that says where the process is in its life.
 *
 * @see https://github.com/gajus/lightship
 */
export const lightshipReader: Reader = { name: 'lightship', read }

function read({ text }: Body): Reading | undefined {
  const status = STATES.get(text)
  if (status === undefined) return undefined
  const report = { status, ...(status === 'healthy' ? {} : { message: text }), checks: {} }
  return { certainty: 'certain', report }
}
