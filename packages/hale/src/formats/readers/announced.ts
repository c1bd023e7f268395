import type { Announcement } from '../../core/announcement.ts'
import { asAmount, asFields, defined, firstText } from './fields.ts'

/** What the app told of itself, if anything. */
export function readAnnounced(value: unknown): Announcement | undefined {
  const fields = asFields(value)
  if (fields === undefined) return undefined
  const { draining, expectedInstances } = fields
  const announced = defined<Announcement>({
    deploy: firstText(fields['deploy']),
    version: firstText(fields['version']),
    draining: typeof draining === 'boolean' ? draining : undefined,
    expectedInstances: Number.isInteger(expectedInstances) ? asAmount(expectedInstances) : undefined,
  })
  return Object.keys(announced).length === 0 ? undefined : announced
}
