import type { CheckReport, Report } from '../../core/report.ts'
import { MAX_DEPTH, type Budget } from '../budget.ts'
import { SPRING_WORDS } from '../spring-boot.ts'
import { dataBesides, keyOfText, knownIn } from './besides.ts'
import { collectChecks } from './collect.ts'
import { asCode, asFields, asObserved, defined, firstText, say, type Fields } from './fields.ts'
import { readMeant } from './meant.ts'
import type { Body, Reader, Reading } from './reader.ts'
import { readWord } from './status-words.ts'

/**
 * Spring Boot Actuator's `/actuator/health`: `components` since 2.2 (media type v3), `details` before that (v2), where
 * `details` is both the children of a composite and the free data of a leaf. Without the right to see details it is
 * `{"status":"UP"}`, which the classic reader reads just as well.
 *
 * @see https://docs.spring.io/spring-boot/reference/actuator/endpoints.html#actuator.endpoints.health
 */
export const springBootReader: Reader = { name: 'spring-boot', read }

function read({ json }: Body, budget: Budget): Reading | undefined {
  const root = asFields(json)
  const children = root && childrenOf(root)
  const grouped = Array.isArray(root?.['groups'])
  if (root === undefined || (children === undefined && !grouped)) return undefined
  const check = readNode(root, budget, 0)
  if (check === undefined) return undefined
  const { status, code, message, checks = {} } = check
  // Spring's words are in capitals; others lay documents out alike in small letters.
  const certain = typeof root['status'] === 'string' && /^[A-Z][A-Z0-9_-]*$/.test(root['status'])
  return { certainty: certain ? 'certain' : 'likely', report: defined<Report>({ status, code, message, checks }) }
}

function readNode(value: unknown, budget: Budget, depth: number): CheckReport | undefined {
  const node = asFields(value)
  const word = node?.['status']
  const said = readMeant(node?.['haleStatus'], word, SPRING_WORDS) ?? readWord(word)
  if (node === undefined || said === undefined) return undefined
  const children = childrenOf(node)
  const below = depth < MAX_DEPTH ? children : undefined
  const details = children === undefined || children !== node['details'] ? asFields(node['details']) : undefined
  const toldBy = details && keyOfText(details, ['error', 'message'])
  const code = asCode(details?.['code'])
  const observed = asObserved(details?.['observedValue'], details?.['observedUnit'])
  return defined<CheckReport>({
    ...say(said, code, firstText(toldBy === undefined ? undefined : details?.[toldBy], node['description'])),
    observed,
    data: details && dataBesides(details, [toldBy, ...knownIn(code, observed)]),
    checks: below && collectChecks(Object.entries(below), budget, (child) => readNode(child, budget, depth + 1)),
  })
}

/** What a composite is made of; undefined for a leaf. */
function childrenOf(node: Fields): Fields | undefined {
  const components = asFields(node['components'])
  if (components !== undefined) return components
  const details = asFields(node['details'])
  const parts = Object.values(details ?? {})
  return parts.length > 0 && parts.every((part) => typeof asFields(part)?.['status'] === 'string') ? details : undefined
}
