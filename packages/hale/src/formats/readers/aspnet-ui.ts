import type { CheckReport } from '../../core/report.ts'
import type { Budget } from '../budget.ts'
import { ASPNET_WORDS } from '../aspnet-ui.ts'
import { dataBesides, knownIn } from './besides.ts'
import { collectChecks } from './collect.ts'
import { asCode, asFields, asObserved, asTexts, defined, firstText, say, type Fields } from './fields.ts'
import { readMeant } from './meant.ts'
import type { Body, Reader, Reading } from './reader.ts'
import { readAspnetWord, type Said } from './status-words.ts'
import { readTimeSpan } from './times.ts'

/**
 * What `UIResponseWriter` of ASP.NET's HealthChecks UI answers. Old servers send statuses as numbers.
 *
 * @see https://github.com/Xabaril/AspNetCore.Diagnostics.HealthChecks
 */
export const aspnetUiReader: Reader = { name: 'aspnet-ui', read }

function read({ json }: Body, budget: Budget): Reading | undefined {
  const root = asFields(json)
  const said = readStatus(root)
  const entries = asFields(root?.['entries'])
  if (said === undefined || entries === undefined) return undefined
  return {
    certainty: readTimeSpan(root?.['totalDuration']) === undefined ? 'likely' : 'certain',
    report: { ...said, checks: collectChecks(Object.entries(entries), budget, readEntry) },
  }
}

function readStatus(fields: Fields | undefined): Said | undefined {
  const word = fields?.['status']
  return readMeant(fields?.['haleStatus'], word, ASPNET_WORDS) ?? readAspnetWord(word)
}

function readEntry(value: unknown): CheckReport | undefined {
  const entry = asFields(value)
  const said = readStatus(entry)
  if (entry === undefined || said === undefined) return undefined
  const data = asFields(entry['data'])
  const code = asCode(data?.['code'])
  const observed = asObserved(data?.['observedValue'], data?.['observedUnit'])
  return defined<CheckReport>({
    ...say(said, code, firstText(entry['description'], entry['exception'])),
    observed,
    data: data && dataBesides(data, knownIn(code, observed)),
    durationMs: readTimeSpan(entry['duration']),
    tags: asTexts(entry['tags']),
  })
}
