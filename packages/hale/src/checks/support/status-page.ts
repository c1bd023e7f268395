import type { Status } from '../../core/status.ts'
import { asFields, cleanName, cleanText, type Fields } from '../../formats/readers/fields.ts'
import { parseJson } from './json-path.ts'

/** What a supplier's status page says. */
export interface StatusPage {
  /** The name the page gives itself. */
  readonly name: string | undefined
  /** Of the whole; undefined where the document says nothing of the whole. */
  readonly whole: Said | undefined
  /** Every component and group of components, in the page's order. */
  readonly components: readonly PageComponent[]
  /** Incidents that are not over. */
  readonly incidents: readonly PageIncident[]
  /** Names of maintenances that are under way. */
  readonly maintenances: readonly string[]
}

export interface Said {
  readonly status: Status
  /** The page's own word. */
  readonly word: string
}

export interface PageComponent extends Said {
  readonly id: string
  readonly name: string
}

export interface PageIncident {
  readonly name: string
  /** Identifiers of the components it is said to be about; none: not said. */
  readonly components: readonly string[]
}

/**
 * The words of Statuspage, incident.io (`full_outage`) and Instatus (in capitals, without a line between words), in small
 * letters: https://support.atlassian.com/statuspage/docs/show-service-status-with-components/,
 * https://instatus.com/help/api/public-data. A page is `major` when something does not work for some of its customers:
 * for all that is known you are one of them.
 */
const WORDS: ReadonlyMap<string, Status> = new Map<string, Status>([
  ['none', 'healthy'],
  ['operational', 'healthy'],
  ['up', 'healthy'],
  ['minor', 'degraded'],
  ['degradedperformance', 'degraded'],
  ['minoroutage', 'degraded'],
  ['hasissues', 'degraded'],
  ['major', 'unhealthy'],
  ['critical', 'unhealthy'],
  ['partialoutage', 'unhealthy'],
  ['majoroutage', 'unhealthy'],
  ['fulloutage', 'unhealthy'],
  ['maintenance', 'maintenance'],
  ['undermaintenance', 'maintenance'],
])

/** Words of incidents and maintenances that say that they are over or have not begun. */
const NOT_NOW = /^(?:resolved|postmortem|completed?|maintenancecomplete|scheduled|maintenancescheduled|notstartedyet)$/

/** Components and incidents that are read at most; the largest pages there are have some hundreds. */
const MOST = 5_000

/**
 * Reads `summary.json`, `status.json` or `components.json` of Statuspage and of those who copied them, and `summary.json` of
 * Instatus. Undefined when the text is none of these. Never throws.
 */
export function readStatusPage(text: string): StatusPage | undefined {
  const document = asFields(parseJson(text)?.value)
  if (document === undefined) return undefined
  const page = asFields(document['page'])
  const components = listOf(document, 'components').flatMap(readComponent)
  const word = asFields(document['status'])?.['indicator'] ?? page?.['status']
  const incidents = [...listOf(document, 'incidents'), ...listOf(document, 'activeIncidents')].filter(isNow)
  const whole = said(word)
  if (whole === undefined && components.length === 0) return undefined
  return {
    name: typeof page?.['name'] === 'string' ? cleanName(page['name']) : undefined,
    whole,
    components,
    incidents: incidents.map((each) => ({
      name: cleanName(each['name']),
      components: listOf(each, 'components').flatMap(({ id }) => (typeof id === 'string' ? [id] : [])),
    })),
    maintenances: [...listOf(document, 'scheduled_maintenances'), ...listOf(document, 'activeMaintenances')]
      .filter(isNow)
      .map((each) => cleanName(each['name'])),
  }
}

function readComponent({ id, name, status }: Fields): PageComponent[] {
  const state = said(status)
  return state === undefined ? [] : [{ id: String(id), name: cleanName(name), ...state }]
}

/** A word without a known meaning is `unknown`, never `healthy`. */
function said(word: unknown): Said | undefined {
  if (typeof word !== 'string' || word === '') return undefined
  return { status: WORDS.get(plain(word)) ?? 'unknown', word: cleanText(word, 40) }
}

function isNow({ status }: Fields): boolean {
  return typeof status !== 'string' || !NOT_NOW.test(plain(status))
}

function plain(word: string): string {
  return word.slice(0, 40).toLowerCase().replace(/[_ -]/g, '')
}

function listOf(fields: Fields, key: string): readonly Fields[] {
  const list = fields[key]
  return Array.isArray(list)
    ? list
        .slice(0, MOST)
        .map(asFields)
        .filter((each) => each !== undefined)
    : []
}
