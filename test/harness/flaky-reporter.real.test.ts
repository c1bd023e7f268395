import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const reporter = fileURLToPath(new URL('./flaky-reporter.ts', import.meta.url))

const TESTS = `
import { describe, expect, it } from 'vitest'
let tries = 0
describe('a server', () => {
  it('is late', () => expect(++tries).toBe(2))
  it('is there', () => {})
  it('is gone', () => expect(1).toBe(2))
})`

it('names every test that passed only when it was tried again, with how it failed at first, and no other', () => {
  // Inside the repository, so that vitest is found.
  mkdirSync(join(root, 'test-results'), { recursive: true })
  const folder = mkdtempSync(join(root, 'test-results/flaky-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'flaky.json')
  const config = { test: { retry: 1, reporters: [[reporter, { file }]] } }
  writeFileSync(join(folder, 'vitest.config.js'), `export default ${JSON.stringify(config)}`)
  writeFileSync(join(folder, 'late.test.js'), TESTS)
  const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/vitest'), ['run', '--root', folder], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  })
  expect(status).toBe(1)
  expect(stdout).toBe(
    'flaky: passed at the second try: late.test.js > a server > is late\n  at first: expected 1 to be 2 // Object.is equality (line 5)\n',
  )
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject([{ file: 'late.test.js', test: 'a server > is late' }])
})
