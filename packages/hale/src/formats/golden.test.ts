import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { CheckReport } from '../core/report.ts'
import { flattenChecks } from './flatten.ts'
import { FORMATS } from './index.ts'
import { readHealthDocument, type HealthDocument } from './read.ts'
import { READERS } from './readers/index.ts'

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

interface Expected {
  readonly says: string
  readonly checks?: readonly string[]
}

const GOLDEN: Readonly<Record<string, Expected & { readonly http: number }>> = {
  'flask-healthy.json': { http: 200, says: 'classic likely healthy' },
  'fastapi-unhealthy.json': {
    http: 503,
    says: 'classic likely unhealthy: could not connect to server: Connection refused',
  },
  'fastapi-tuple.json': { http: 200, says: 'classic likely unhealthy: database unreachable' },
  'fastapi-exception.json': { http: 503, says: 'classic likely unhealthy: redis: connection refused' },
  'classic-parts.json': {
    http: 200,
    says: 'classic likely degraded',
    checks: ['database: healthy', 'cache: unhealthy | timed out after 500 ms'],
  },
  'ietf.json': {
    http: 200,
    says: 'health+json certain degraded: replica lags behind',
    checks: [
      'cassandra:responseTime: healthy | 250 ms | 250ms | 2018-01-17T03:36:48.000Z',
      'cassandra:connections: degraded | 75 of 80 connections in use | 75 | 2018-01-17T03:36:48.000Z',
      'uptime: healthy | 1209600.245 s | 2018-01-17T03:36:48.000Z',
      'cpu:utilization/node-1: degraded | 85 percent',
      'cpu:utilization/node-2: healthy | 12 percent',
    ],
  },
  'aspnet.txt': { http: 200, says: 'plain-text certain degraded' },
  'aspnet-ui.json': {
    http: 503,
    says: 'aspnet-ui certain unhealthy',
    checks: [
      'sqlserver: unhealthy | timeout | 30ms | ready,db',
      'self: healthy | 0.0123ms',
      'backup: degraded | last backup is old | 93784500ms',
    ],
  },
  'aspnet-ui-numbers.json': {
    http: 200,
    says: 'aspnet-ui certain degraded',
    checks: ['redis: healthy | 1ms', 'queue: degraded | 1204 waiting | 0ms'],
  },
  'spring-boot-v3.json': {
    http: 503,
    says: 'spring-boot certain unhealthy',
    checks: [
      'db: unhealthy',
      'db/orders: healthy',
      'db/stock: unhealthy | org.springframework.jdbc.CannotGetJdbcConnectionException: Failed to obtain JDBC Connection',
      'diskSpace: healthy',
      'breaker: unhealthy',
      'partner: unknown | REPORTED_UNKNOWN | Its status is "FATAL_ERROR", a word without a known meaning.',
      'ping: healthy',
    ],
  },
  'spring-boot-v2.json': {
    http: 200,
    says: 'spring-boot certain healthy',
    checks: ['diskSpace: healthy', 'db: healthy', 'db/primary: healthy', 'db/replica: unknown', 'redis: healthy'],
  },
  'spring-boot-hidden.json': { http: 200, says: 'classic likely healthy' },
  'microprofile.json': {
    http: 503,
    says: 'microprofile certain unhealthy',
    checks: [
      'Database connections health check: unhealthy | Connection refused',
      'SmallRye Reactive Messaging: healthy',
      'SmallRye Reactive Messaging (2): healthy',
    ],
  },
  'microprofile-empty.json': { http: 200, says: 'microprofile certain healthy' },
  'hale.json': {
    http: 200,
    says: 'hale certain degraded',
    checks: [
      'database: healthy | 1.5 ms | 1.235ms | 2026-11-22T14:02:02.456Z | ready | fails',
      'cache: unhealthy | CONNECTION_REFUSED | Nothing listens on 127.0.0.1:6379. | degrades',
      'import: maintenance',
      'import/nightly: skipped',
    ],
  },
  'nginx-502.html': {
    http: 502,
    says: 'undefined none unhealthy: The HTTP code is 502. (The body is HTML or XML, no health document.)',
  },
  'spring-error.json': {
    http: 404,
    says: 'undefined none unhealthy: The HTTP code is 404. (The body is JSON, but its "status" says nothing about health.)',
  },
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
