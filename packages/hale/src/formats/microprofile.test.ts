import { describe, expect, it } from 'vitest'
import { serveHealth } from '../../test/serve-health.ts'
import { defineCheck, type Registrable } from '../core/check.ts'
import { healthy, unhealthy } from '../core/result.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { microprofileFormat } from './microprofile.ts'

const serve = (checks: Readonly<Record<string, Registrable>>) =>
  serveHealth({ checks }, { formats: [microprofileFormat] })
const local = (status: 'healthy' | 'unhealthy') =>
  defineCheck({ kind: 'local', scope: 'local', run: () => ({ status, code: 'X' }) })

interface Document {
  readonly status: string
  readonly checks: readonly { readonly name: string; readonly status: string; readonly data?: object }[]
}

describe('MicroProfile Health 4, as its conformance kit asserts it', () => {
  it('a single check that is up: 200 and one entry', async () => {
    const { ask } = serve({ db: () => healthy() })
    const answer = await ask('/health/ready')
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } })
    expect(answer.json()).toEqual({ status: 'UP', checks: [{ name: 'db', status: 'UP' }] })
  })

  it('a single check that is down: 503 and one entry', async () => {
    const { ask } = serve({ db: { check: () => unhealthy('CONNECTION_REFUSED', 'refused'), impact: 'fails' } })
    const answer = await ask('/health/ready')
    expect(answer.status).toBe(503)
    const data = { code: 'CONNECTION_REFUSED', reason: 'refused' }
    expect(answer.json()).toEqual({ status: 'DOWN', checks: [{ name: 'db', status: 'DOWN', data }] })
  })

  it.each([
    ['live', ['ready', 'started']],
    ['ready', ['live', 'started']],
    ['started', ['live', 'ready']],
  ] as const)('one up and one down of %s: 503 with both, while the other kinds are 200', async (kind, others) => {
    const probe = kind === 'started' ? 'startup' : kind
    const checks: Record<string, Registrable> = {
      good: { check: local('healthy'), probes: [probe] },
      bad: { check: local('unhealthy'), probes: [probe] },
      ...Object.fromEntries(
        (['live', 'ready', 'startup'] as const)
          .filter((each) => each !== probe)
          .map((each) => [each, { check: local('healthy'), probes: [each] }]),
      ),
    }
    const { ask } = serve(checks)
    const answer = await ask(`/health/${kind}`)
    const { checks: listed, status } = answer.json() as Document
    expect([answer.status, status]).toEqual([503, 'DOWN'])
    expect(listed.map((each) => `${each.name} ${each.status}`).sort()).toEqual(['bad DOWN', 'good UP'])
    for (const other of others) expect(await ask(`/health/${other}`)).toMatchObject({ status: 200 })
  })

  it('/health is the union of live, ready and started', async () => {
    const { ask } = serve({
      loop: { check: local('healthy'), probes: ['live'] },
      db: { check: () => healthy(), probes: ['ready'] },
      migrations: { check: () => unhealthy('X', 'not yet'), impact: 'fails', probes: ['startup'] },
    })
    const answer = await ask('/health')
    const { checks, status } = answer.json() as Document
    expect([answer.status, status]).toEqual([503, 'DOWN'])
    expect(checks.map(({ name }) => name).sort()).toEqual(['db', 'loop', 'migrations'])
  })

  it('no checks: 200 and an empty list', async () => {
    const { ask } = serve({})
    for (const path of ['/health', '/health/live', '/health/ready', '/health/started']) {
      const answer = await ask(path)
      expect([answer.status, answer.body]).toEqual([200, '{"status":"UP","checks":[]}'])
    }
  })

  it('a check that takes 3 s to answer the first time is waited for', async () => {
    const { ask, clock } = serve({
      slow: { check: () => new Promise((resolve) => void clock.after(3_000, () => resolve(healthy()))), timeout: '5s' },
    })
    const answer = ask('/health/ready')
    await clock.advance('3s')
    expect((await answer).json()).toMatchObject({ status: 'UP', checks: [{ name: 'slow', status: 'UP' }] })
  })

  it('a check that throws is an entry that is down', async () => {
    const { ask } = serve({
      broken: { check: scriptedCheck([new Error('postgres://u:secret@db/x refused')]), impact: 'fails' },
    })
    const answer = await ask('/health/ready')
    expect(answer.status).toBe(503)
    expect(answer.json()).toMatchObject({ status: 'DOWN', checks: [{ name: 'broken', status: 'DOWN' }] })
    expect(answer.body).not.toContain('secret')
  })

  it('the root has status and checks and nothing else; data has texts, numbers, truths', async () => {
    const data = {
      pool: { idle: 0 },
      rows: 3,
      primary: true,
      lag: 'none',
      list: [1],
      nothing: null,
      broken: Number.NaN,
    }
    const { ask } = serve({ db: () => ({ ...healthy('fine'), data }) })
    for (const document of [(await ask('/health')).json(), (await ask('/health', {})).json()] as Document[]) {
      expect(Object.keys(document)).toEqual(['status', 'checks'])
    }
    expect(((await ask('/health')).json() as Document).checks[0]).toEqual({
      name: 'db',
      status: 'UP',
      data: { rows: 3, primary: true, lag: 'none', message: 'fine' },
    })
  })

  it('E10: without the key it says up or down and no check', async () => {
    const { ask } = serve({ db: { check: () => unhealthy('X', 'secret'), impact: 'fails' } })
    expect((await ask('/health', {})).body).toBe('{"status":"DOWN","checks":[]}')
  })
})
