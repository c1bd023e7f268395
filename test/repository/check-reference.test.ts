import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { codesGivenBy, codesWrittenIn } from './check-reference/codes-given.ts'
import { describeCheck, describeOptions } from './check-reference/describe-check.ts'
import { renderReference, type Reference } from './check-reference/render.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const library = `${root}packages/hale/src/`
const checks = globSync('checks/*.ts', { cwd: library })
  .filter((path) => !path.includes('.test'))
  .map((path) => describeCheck(`${library}${path}`))
  .toSorted((a, b) => (a.name < b.name ? -1 : 1))

const core = `${library}core/`
const measured = JSON.parse(readFileSync(`${root}bench/detect/measured.json`, 'utf8')) as Reference['measured']
const engine = ['evaluate', 'gate', 'timeout-result', 'to-result'].map((name) => codesWrittenIn(`${core}${name}.ts`))
const page = renderReference({
  checks,
  measured,
  policy: describeOptions(`${core}check.ts`, 'LocalRegistration').filter(({ name }) => name !== 'check'),
  engineCodes: new Set(engine.flatMap((codes) => [...codes])),
  errorCodes: codesWrittenIn(`${core}error-codes.ts`),
})

describe.each(checks)('the docstrings of $name', ({ asks, cost, observed, options }) => {
  it('say in a line what it asks, then what a run costs and what is observed', () => {
    expect(asks).toMatch(/^.{20,}\.$/)
    expect(asks.split(/\. (?=[A-Z`])/)[0]).toMatch(/^.{1,170}$/)
    expect(cost).toMatch(/^Costs? .*\.$/)
    expect(observed).toMatch(/^.{5,}\.$/)
  })

  it('say what every option means, and what holds without it', () => {
    expect(options.filter(({ meaning }) => !/^.{5,}\.$/.test(meaning)).map((option) => option.name)).toEqual([])
    const silent = options.filter(({ byDefault, required }) => !required && byDefault === undefined)
    expect(silent.map((option) => option.name)).toEqual([])
  })
})

it('codes are found through the helpers that a check uses, and not in what it compares with', () => {
  const { byTable, codes } = codesGivenBy(`${library}checks/mongodb.ts`, 'mongodb')
  expect(byTable).toBe(true)
  // Of mongodb.ts, support/mongodb-codes, support/role, support/response-time and support/client-check.
  expect([...codes]).toEqual(expect.arrayContaining(['POOL_EXHAUSTED', 'AUTH_FAILED', 'WRONG_ROLE', 'SLOW', 'TIMEOUT']))
  expect([...codes]).not.toContain('REPLICA_LAG')
  expect(codesGivenBy(`${library}checks/child.ts`, 'child').codes).toContain('REPORTED_DEGRADED')
  expect([...codesGivenBy(`${library}checks/load.ts`, 'load').codes]).toEqual(['NOT_AVAILABLE', 'THRESHOLD_EXCEEDED'])
})

it('docs/check-reference.md is what the source says: `npx vitest run test/repository/check-reference.test.ts -u` writes it anew', async () => {
  await expect(page).toMatchFileSnapshot('../../docs/check-reference.md')
})
