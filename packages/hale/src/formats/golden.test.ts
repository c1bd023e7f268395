import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { CheckReport } from '../core/report.ts'
import { flattenChecks } from './flatten.ts'
import { FORMATS } from './index.ts'
import { readHealthDocument, type HealthDocument } from './read.ts'
import { READERS } from './readers/index.ts'
import { GOLDEN } from '../../test/documents/expected.ts'

const folder = new URL('golden/', import.meta.url)
const read = (file: string, status: number): HealthDocument =>
  readHealthDocument({ status, body: readFileSync(new URL(file, folder)) })

/** One line a check, with everything that is not free data. */
function line(name: string, { status, code, message, observed, durationMs, checkedAt, tags, impact }: CheckReport) {
  const measured = observed && `${observed.value} ${observed.unit ?? ''}`.trim()
  const took = durationMs === undefined ? undefined : `${durationMs}ms`
  const at = checkedAt === undefined ? undefined : new Date(checkedAt).toISOString()
  const words = [status, code, message, measured, took, at, tags?.join(), impact]
  return `${name}: ${words.filter((word) => word !== undefined && word !== '').join(' | ')}`
}

describe('golden documents', () => {
  it.each(Object.entries(GOLDEN))('%s', (file, { http, says, checks = [] }) => {
    const { format, certainty, problem, report } = read(file, http)
    const head = `${format} ${certainty} ${report.status}`
    const why = report.message === undefined ? '' : `: ${report.message}`
    expect(head + why + (problem === undefined ? '' : ` (${problem})`)).toBe(says)
    expect(flattenChecks(report).map(({ name, check }) => line(name, check))).toEqual(checks)
  })

  it('all are read, and every format has one', () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(GOLDEN).sort())
    const shown = new Set(Object.values(GOLDEN).map(({ says }) => says.split(' ')[0]))
    expect(READERS.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([])
  })

  it('docs/formats.md describes every format', () => {
    const docs = readFileSync(new URL('../../../../docs/formats.md', import.meta.url), 'utf8')
    const rows = docs.split('\n').filter((line) => line.startsWith('| `'))
    const isShown = (name: string, written: boolean): boolean =>
      rows.some((row) => row.startsWith(`| \`${name}\` `) && (!written || row.includes('| yes')))
    expect(READERS.filter(({ name }) => !isShown(name, false))).toEqual([])
    expect(FORMATS.filter(({ name }) => !isShown(name, true))).toEqual([])
  })

  it('service, times and data come along', () => {
    expect(read('fastapi-unhealthy.json', 503).report).toMatchObject({
      service: { name: 'legacy-stock', version: '2.3.1' },
      at: Date.parse('2026-11-22T13:59:58.120Z'),
    })
    expect(read('ietf.json', 200).report).toMatchObject({
      service: { name: 'f03e522f-1f44-4062-9b55-9587f91c9c41', version: '1.2.2' },
      checks: { 'cassandra:responseTime': { kind: 'datastore', data: { affectedEndpoints: { length: 2 } } } },
    })
    expect(read('spring-boot-v3.json', 503).report.checks['diskSpace']).toMatchObject({
      data: { free: 134_414_831_616, exists: true },
    })
  })
})
