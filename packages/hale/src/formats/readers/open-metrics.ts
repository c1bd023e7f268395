import type { CheckReport, Report, Service } from '../../core/report.ts'
import { isStatus, type Status } from '../../core/status.ts'
import type { Budget } from '../budget.ts'
import { collectChecks } from './collect.ts'
import { asImpact, cleanText, defined, firstText, type Maybe } from './fields.ts'
import type { Body, Reader, Reading } from './reader.ts'

/**
 * Hale's own metrics, in either text format. They are always answered with 200: without a reader a monitor that was given
 * the address of the metrics would find every service healthy. Other metrics are no health document.
 */
export const openMetricsReader: Reader = { name: 'open-metrics', read }

type Labels = ReadonlyMap<string, string>
type Line = { -readonly [Key in keyof CheckReport]?: CheckReport[Key] | undefined }

const STATUS = 'hale_status{'
const SAMPLE = /^(hale_[a-z_]+)\{(.*)\} (\S+)$/
const LABEL = /([a-z_]+)="((?:[^"\\]|\\.)*)"(?:,|$)/gy

function read({ text }: Body, budget: Budget): Reading | undefined {
  if (!text.startsWith('#') || !text.includes(STATUS)) return undefined
  let status: Status | undefined
  let service: Service | undefined
  const lines = new Map<string, Line>()
  for (const each of text.split('\n')) {
    const [, name, labelled = '', value = ''] = SAMPLE.exec(each) ?? []
    if (name === undefined) continue
    const labels = readLabels(labelled)
    const check = labels.get('check')
    if (check !== undefined) addTo(lineOf(lines, check), name, labels, Number(value))
    else if (name === 'hale_status' && value === '1') status = readStatus(labels)
    else if (name === 'hale_service_info') service = readService(labels)
  }
  if (status === undefined) return undefined
  const entries = [...lines].map(([check, line]) => [check, toCheck(line)] as const)
  const checks = collectChecks(entries, budget, (check) => check)
  return {
    certainty: 'certain',
    report: defined<Pick<Report, 'status' | 'service' | 'checks'>>({ status, service, checks }),
  }
}

function readLabels(text: string): Labels {
  const pairs = [...text.matchAll(LABEL)].map(([, name = '', value = '']) => [name, unescape(value)] as const)
  return new Map(pairs)
}

function unescape(value: string): string {
  return value.replace(/\\(.)/g, (_escape, character: string) => (character === 'n' ? '\n' : character))
}

function readStatus(labels: Labels): Status | undefined {
  const status = labels.get('status')
  return isStatus(status) ? status : undefined
}

function readService(labels: Labels): Service | undefined {
  const name = firstText(labels.get('name'))
  return name === undefined
    ? undefined
    : defined<Service>({ name: cleanText(name, 200), version: firstText(labels.get('version')) })
}

function lineOf(lines: Map<string, Line>, check: string): Line {
  const known = lines.get(check)
  if (known !== undefined) return known
  const line: Line = {}
  lines.set(check, line)
  return line
}

function addTo(line: Line, name: string, labels: Labels, value: number): void {
  if (!Number.isFinite(value) || value < 0) return
  switch (name) {
    case 'hale_check_info':
      line.kind = firstText(labels.get('kind'))
      line.impact = asImpact(labels.get('impact'))
      line.runbook = firstText(labels.get('runbook'))
      break
    case 'hale_check_status':
      if (value === 1) line.status = readStatus(labels)
      break
    case 'hale_check_last_duration_seconds':
      line.durationMs = toMs(value)
      break
    case 'hale_check_age_seconds':
      line.ageMs = toMs(value)
      break
    case 'hale_check_status_since_timestamp_seconds':
      line.since = toMs(value)
      break
    case 'hale_check_consecutive_failures':
      line.consecutiveFailures = value
      break
    case 'hale_check_transitions_total':
      line.transitions = value
  }
}

function toMs(seconds: number): number {
  return Math.round(seconds * 1_000_000) / 1_000
}

function toCheck({ status, ...rest }: Line): CheckReport | undefined {
  return status === undefined
    ? undefined
    : defined<CheckReport>({ status, ...(rest as Maybe<Omit<CheckReport, 'status'>>) })
}
