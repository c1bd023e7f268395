import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyReport } from '../../test/any-report.ts'
import { serveHealth } from '../../test/serve-health.ts'
import type { CheckReport, Report } from '../core/report.ts'
import { unhealthy } from '../core/result.ts'
import { htmlFormat } from './html.ts'
import { STYLE, STYLE_DIGEST } from './page/style.ts'
import { readHealthDocument } from './read.ts'

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'
const key = { 'x-api-key': 'open-sesame' }

/** The page without what it says: tags and the names of their attributes. */
const skeleton = (html: string): string =>
  html
    .replace(STYLE, '')
    .replaceAll(/>[^<]*/g, '>')
    .replaceAll(/(datetime|href)="[^"<>]*"/g, '$1')

/** The report with other words: as many, of the same kinds. */
function reword(report: Report, word: string): Report {
  const checks = (of: Report['checks']): Report['checks'] =>
    Object.fromEntries(
      Object.entries(of).map(([name, check], index): [string, CheckReport] => {
        const { checks: below, ...rest } = JSON.parse(JSON.stringify(check)) as CheckReport
        const said = {
          ...rest,
          ...(rest.code === undefined ? {} : { code: word }),
          ...(rest.message === undefined ? {} : { message: word }),
          ...(rest.observed === undefined ? {} : { observed: { value: word, unit: word } }),
          ...(rest.data === undefined ? {} : { data: { [word]: word } }),
          ...(rest.runbook === undefined ? {} : { runbook: `https://x.example/${word}` }),
          ...(below === undefined ? {} : { checks: checks(below) }),
        }
        return [`${index}${word}${name.slice(0, 0)}`, said]
      }),
    )
  const { message, service } = report
  return {
    ...report,
    ...(message === undefined ? {} : { message: word }),
    ...(service === undefined ? {} : { service: { ...service, name: word } }),
    checks: checks(report.checks),
  }
}

describe('the page for browsers', () => {
  it('S4: whatever a report says, the page has the same elements', () => {
    const hostile = fc.oneof(
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x onerror=x>',
        "'-->",
        '&lt;b&gt;',
        '</style>',
        '\u202Ex\0',
      ),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(anyReport, hostile, (report, word) => {
        const page = (said: string): string => skeleton(htmlFormat.write(reword(report, said), { detail: true }))
        expect(page(word === '' ? 'y' : word)).toBe(page('x'))
      }),
      { numRuns: 500, interruptAfterTimeLimit: 3_000 },
    )
  })

  it('S4: a runbook that is no web address is no link', () => {
    const check = { status: 'unhealthy', runbook: 'javascript:alert(1)' } as const
    expect(htmlFormat.write({ status: 'unhealthy', checks: { check } }, { detail: true })).not.toContain('javascript:')
  })

  it.each([
    [0, 'asked just now'],
    [999, 'asked just now'],
    [1_000, 'asked 1 s ago'],
  ])('says of an answer %i ms old: %s', (ageMs, words) => {
    const checks = { check: { status: 'healthy', ageMs } } as const
    expect(htmlFormat.write({ status: 'healthy', checks }, { detail: true })).toContain(`<span>${words}</span>`)
  })

  it('S4: has no script, and a policy that allows its own style and nothing else', async () => {
    const { ask } = serveHealth({ checks: { db: { check: () => unhealthy('X', '<b>refused</b>'), impact: 'fails' } } })
    const { body, headers, status } = await ask('/health', { ...key, accept: BROWSER })
    expect(status).toBe(503)
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': `default-src 'none'; style-src '${STYLE_DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    })
    expect(body).toContain('&lt;b&gt;refused&lt;/b&gt;')
    expect(body).not.toMatch(/<script|<link|<img|\sstyle=|\son\w+=/i)
  })

  it('the policy names the digest of the style', () => {
    expect(STYLE_DIGEST).toBe(`sha256-${createHash('sha256').update(STYLE).digest('base64')}`)
  })

  it('E10: without the key it says the status and no more', async () => {
    const { ask } = serveHealth({
      service: { name: 'orders' },
      checks: { db: { check: () => unhealthy('X', 'refused'), impact: 'fails' } },
    })
    const { body } = await ask('/health', { accept: BROWSER })
    expect(body).toContain('<b>Unhealthy</b>')
    expect(body).not.toMatch(/orders|warehouse|refused/)
  })

  it('is not read as a health document: the HTTP code alone speaks', () => {
    const body = htmlFormat.write({ status: 'healthy', checks: {} }, { detail: true })
    expect(readHealthDocument({ status: 503, body })).toMatchObject({
      certainty: 'none',
      problem: 'The body is HTML or XML, no health document.',
      report: { status: 'unhealthy' },
    })
  })

  it('is what a browser gets, and nobody else', async () => {
    const { ask } = serveHealth({ checks: {} })
    for (const accept of ['*/*', 'application/json', 'text/plain, */*', 'text/html;q=0.1, application/json', '']) {
      expect((await ask('/health', { accept })).headers['content-type']).toBe('application/json')
    }
    expect((await ask('/health/live', { accept: BROWSER })).headers['content-type']).toBe('text/html; charset=utf-8')
  })
})
