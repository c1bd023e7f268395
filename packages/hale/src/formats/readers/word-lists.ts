import type { CheckReport } from '../../core/report.ts'
import type { Budget } from '../budget.ts'
import { collectChecks } from './collect.ts'
import { asFields, cleanText, defined } from './fields.ts'
import { namesNoCheck } from './names.ts'
import type { Reader, Reading } from './reader.ts'
import { statusOf } from './whole.ts'

/** The texts of a flat object by name; undefined when it is anything else. */
function listOf(json: unknown): [name: string, text: string][] | undefined {
  const entries = Object.entries(asFields(json) ?? {})
  const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  if (entries.length === 0 || texts.length < entries.length) return undefined
  return texts.some(([name]) => namesNoCheck(name)) ? undefined : texts
}

function toReading(
  list: readonly (readonly [string, string])[],
  budget: Budget,
  read: (text: string) => CheckReport,
): Pick<Reading, 'report'> {
  const checks = collectChecks(list, budget, read)
  return { report: { status: statusOf(checks, budget), checks } }
}

const FAILED: CheckReport = { status: 'unhealthy' }
const PASSED: CheckReport = { status: 'healthy' }

/** go-sundheit with `?type=short`: `PASS` and `FAIL`. */
export const goSundheitShortReader: Reader = {
  name: 'go-sundheit',
  read({ json }, budget) {
    const list = listOf(json)
    if (list === undefined || !list.every(([, text]) => text === 'PASS' || text === 'FAIL')) return undefined
    return { certainty: 'certain', ...toReading(list, budget, (text) => (text === 'PASS' ? PASSED : FAILED)) }
  },
}

const DJANGO_GOOD = /^(?:ok|working)$/i
const DJANGO_KIND = /^(warning|unavailable|unexpected result|unknown error)(?:: (.*))?$/is
// Since version 4 a check is called by how it was made: `Database(alias='default')`.
const DJANGO_NAME = /^[A-Z]\w*\(.*\)$/s

/**
 * django-health-check: `OK` (`working` before version 4) or what is wrong after a word for how bad it is.
 *
 * @see https://github.com/codingjoe/django-health-check
 */
export const djangoReader: Reader = {
  name: 'django-health-check',
  read({ json }, budget) {
    const list = listOf(json)
    if (list === undefined) return undefined
    const known = list.filter(([, text]) => DJANGO_GOOD.test(text) || DJANGO_KIND.test(text))
    const ours = known.some(([name, text]) => DJANGO_NAME.test(name) || !/^ok$/i.test(text))
    if (!ours || known.length < list.length) return undefined
    return { certainty: 'certain', ...toReading(list, budget, readDjango) }
  },
}

function readDjango(text: string): CheckReport {
  if (DJANGO_GOOD.test(text)) return PASSED
  // Several errors of one check stand on lines of their own.
  const [, kind = '', message] = DJANGO_KIND.exec(text) ?? []
  const status = kind.toLowerCase() === 'warning' ? 'degraded' : 'unhealthy'
  return defined<CheckReport>({ status, message: cleanText(message === undefined || message === '' ? kind : message) })
}

/**
 * heptio/healthcheck with `?full=1`: `OK`, or the text of the error. Without a check that is `OK` it cannot be told from
 * any other object of texts. Without `?full=1` it answers `{}`, and the HTTP code alone speaks.
 *
 * @see https://github.com/heptiolabs/healthcheck
 */
export const heptioReader: Reader = {
  name: 'heptio',
  read({ json }, budget) {
    const list = listOf(json)
    if (list === undefined || !list.some(([, text]) => text === 'OK')) return undefined
    const readText = (text: string): CheckReport =>
      text === 'OK' ? PASSED : { status: 'unhealthy', message: cleanText(text) }
    return { certainty: 'likely', ...toReading(list, budget, readText) }
  },
}
