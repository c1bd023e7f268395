import { formatObserved } from '../core/figures.ts'
import type { CheckReport, Report } from '../core/report.ts'
import { STATUSES, severity, type Status } from '../core/status.ts'
import type { Format } from './format.ts'
import { escapeHtml } from './page/escape.ts'
import { toMark } from './page/mark.ts'
import { toSpan, toTook } from './page/span.ts'
import { STYLE, STYLE_DIGEST } from './page/style.ts'
import { toIsoTime, toPlain } from './plain.ts'

const POLICY = `default-src 'none'; style-src '${STYLE_DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/**
 * A page for a person who opens the address in a browser. It has no script and loads nothing; whatever checks say is shown
 * as text (S4). It cannot be read back.
 */
export const htmlFormat: Format = {
  name: 'html',
  contentTypes: ['text/html'],
  contentType: 'text/html; charset=utf-8',
  headers: ['content-security-policy', POLICY, 'referrer-policy', 'no-referrer'],
  write: (report, { detail }) => toPage(report, detail),
}

function toPage(report: Report, detail: boolean): string {
  const { status } = report
  const service = detail ? report.service : undefined
  const title = service === undefined ? status : `${status} · ${service.name}`
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main>`,
    toHeader(report, detail),
    ...(detail ? [toChecks(report.checks, report.at), toFooter(report)] : []),
    '</main></body></html>',
  ].join('\n')
}

function toHeader({ checks, message, service, status, until }: Report, detail: boolean): string {
  const word = `<b>${capital(status)}</b>`
  if (!detail) {
    const hint = '<p class="quiet">Details are for those with a key.</p>'
    return `<header class="${status}">${toMark(status)}<div><h1>${word}</h1>${hint}</div></header>`
  }
  const name =
    service === undefined
      ? word
      : `${escapeHtml(service.name)} is <b>${status === 'maintenance' ? 'in maintenance' : status}</b>`
  const said = message === undefined ? '' : `<p>${escapeHtml(message)}</p>`
  const end = toIsoTime(until)
  const ends = end === undefined ? '' : ` · until <time datetime="${end}">${toClock(end)}</time>`
  const counts = `<p class="quiet">${countUp(checks)}${ends}</p>`
  return `<header class="${status}">${toMark(status)}<div><h1>${name}</h1>${said}${counts}</div></header>`
}

/** `7 checks · 1 unhealthy · 1 degraded`. */
function countUp(checks: Report['checks']): string {
  const all = Object.values(checks)
  const bad = STATUSES.filter((status) => status !== 'healthy')
    .toSorted((a, b) => severity(b) - severity(a))
    .map((status) => [all.filter((check) => check.status === status).length, status] as const)
    .filter(([count]) => count > 0)
    .map(([count, status]) => `${count} ${status}`)
  const well = bad.length === 0 && all.length > 0 ? ['all healthy'] : bad
  return [`${all.length} ${all.length === 1 ? 'check' : 'checks'}`, ...well].join(' · ')
}

/** Worst first; else in the report's order. */
function toChecks(checks: Report['checks'], at: number | undefined): string {
  const sorted = Object.entries(checks).toSorted(([, a], [, b]) => severity(b.status) - severity(a.status))
  return sorted.length === 0 ? '' : `<ul class="checks">${sorted.map((entry) => toCheck(...entry, at)).join('\n')}</ul>`
}

function toCheck(name: string, check: CheckReport, at: number | undefined): string {
  const { data, message, status } = check
  const facts = toFacts(check, at)
  const plain = data && toPlain(data)
  const json = plain === undefined ? '' : escapeHtml(JSON.stringify(plain, undefined, 2))
  return [
    `<li class="${status}"><div class="line">${toMark(status)}<h2>${escapeHtml(name)}</h2><span class="word">${status}</span></div>`,
    '<div class="body">',
    message === undefined ? '' : `<p class="message">${escapeHtml(message)}</p>`,
    facts.length === 0 ? '' : `<p class="facts">${facts.join(' ')}</p>`,
    json === '' ? '' : `<details><summary>Data</summary><pre>${json}</pre></details>`,
    check.checks === undefined ? '' : toChecks(check.checks, at),
    '</div></li>',
  ].join('')
}

function toFacts(check: CheckReport, at: number | undefined): string[] {
  const { ageMs, code, consecutiveFailures = 0, durationMs, impact, observed, runbook, since } = check
  const facts = [
    observed && formatObserved(observed),
    durationMs === undefined ? undefined : `took ${toTook(durationMs)}`,
    ageMs === undefined ? undefined : ageMs < 1_000 ? 'asked just now' : `asked ${toSpan(ageMs)} ago`,
    since === undefined || at === undefined ? undefined : `${check.status} for ${toSpan(at - since)}`,
    consecutiveFailures > 1 ? `${consecutiveFailures} failures in a row` : undefined,
    severity(check.status) === 0 || impact === undefined || impact === 'fails' ? undefined : `only ${impact} the whole`,
  ]
  const spans = facts.filter((fact) => fact !== undefined).map((fact) => `<span>${escapeHtml(fact)}</span>`)
  if (code !== undefined) spans.unshift(`<code>${escapeHtml(code)}</code>`)
  if (runbook !== undefined && /^https?:\/\//i.test(runbook)) {
    spans.push(`<a href="${escapeHtml(runbook)}" rel="noreferrer">Runbook</a>`)
  }
  return spans
}

function toFooter({ at, service, announced }: Report): string {
  const iso = toIsoTime(at)
  const facts = [
    iso === undefined ? undefined : `As of <time datetime="${iso}">${toClock(iso)}</time>`,
    service?.version === undefined ? undefined : `Version ${escapeHtml(service.version)}`,
    announced?.deploy === undefined ? undefined : `Deploy ${escapeHtml(announced.deploy)}`,
  ]
  const shown = facts.filter((fact) => fact !== undefined).map((fact) => `<span>${fact}</span>`)
  return `<footer class="quiet">${shown.join('')}</footer>`
}

/** `22 Nov 2026 14:02:03 UTC` without a locale's data. */
function toClock(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`
}

function capital(word: Status): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
