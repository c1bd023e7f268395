import { flagRule, isText, isWhole, optional, refuseOptions, type Rules } from './rules.ts'

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
const shortText = optional(
  `text of at most ${MAX_TEXT} characters`,
  (value) => isText(value) && value.length <= MAX_TEXT,
)

const RULES: Rules<Announcement> = {
  deploy: shortText,
  version: shortText,
  draining: flagRule,
  expectedInstances: optional('a whole number, 0 or more', (count) => isWhole(count, 0)),
}

/** @throws {HealthSetupError} naming every field that is not what it should be. */
export function readAnnouncement(given: Announcement): Announcement {
  refuseOptions(given, RULES, 'announce.')
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}
