import type { CheckReport } from '../../core/report.ts'
import type { Budget } from '../budget.ts'
import { collectChecks } from './collect.ts'
import { asData, asFields, asTexts, defined, firstText, say } from './fields.ts'
import type { Body, Reader, Reading } from './reader.ts'
import { readAspnetWord } from './status-words.ts'
import { readTimeSpan } from './times.ts'

/**
 * What `UIResponseWriter` of ASP.NET's HealthChecks UI answers. Old servers send statuses as numbers.
 *
 * @see https://github.com/Xabaril/AspNetCore.Diagnostics.HealthChecks
 */
export const aspnetUiReader: Reader = { name: 'aspnet-ui', read }

function read({ json }: Body, budget: Budget): Reading | undefined {
  const root = asFields(json)
  const said = readAspnetWord(root?.['status'])
  const entries = asFields(root?.['entries'])
  if (said === undefined || entries === undefined) return undefined
  return {
    certainty: readTimeSpan(root?.['totalDuration']) === undefined ? 'likely' : 'certain',
    report: { ...said, checks: collectChecks(Object.entries(entries), budget, readEntry) },
  }
}

function readEntry(value: unknown): CheckReport | undefined {
  const entry = asFields(value)
  const said = readAspnetWord(entry?.['status'])
  if (entry === undefined || said === undefined) return undefined
  return defined<CheckReport>({
    ...say(said, undefined, firstText(entry['description'], entry['exception'])),
    data: asData(entry['data']),
    durationMs: readTimeSpan(entry['duration']),
    tags: asTexts(entry['tags']),
  })
}
