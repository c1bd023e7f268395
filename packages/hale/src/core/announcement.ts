import { HealthSetupError, type Problem } from './misuse.ts'

/** What an app tells those who watch it about itself. */
export interface Announcement {
  /** The deploy it belongs to, such as a build number or commit: a new one explains a restart. */
  readonly deploy?: string
  /** The version that runs. */
  readonly version?: string
  /** True while it is on its way out; set by a drain. */
  readonly draining?: boolean
  /** How many instances there should be, so that one that is missing is noticed. */
  readonly expectedInstances?: number
}

const MAX_TEXT = 200

/** @throws {HealthSetupError} naming every field that is not what it should be. */
export function readAnnouncement(given: Announcement): Announcement {
  const problems: Problem[] = []
  const fields: Readonly<Record<string, unknown>> = { ...given }
  for (const [field, value] of Object.entries(fields)) {
    const wanted = value === undefined ? undefined : wantedOf(field, value)
    if (wanted !== undefined)
      problems.push({ field: `announce.${field}`, message: `${String(value)} is not ${wanted}` })
  }
  if (problems.length > 0) throw new HealthSetupError(problems)
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** What the field should be, when the value is not that. */
function wantedOf(field: string, value: unknown): string | undefined {
  switch (field) {
    case 'deploy':
    case 'version':
      return typeof value === 'string' && value.length <= MAX_TEXT
        ? undefined
        : `text of at most ${MAX_TEXT} characters`
    case 'draining':
      return typeof value === 'boolean' ? undefined : 'true or false'
    case 'expectedInstances':
      return Number.isInteger(value) && Number(value) >= 0 ? undefined : 'a whole number, 0 or more'
    default:
      return 'one of deploy, version, draining, expectedInstances'
  }
}
