// Everything CI runs: format, types, lint, package gates, every test. Ends with the line `N passed, N failed`.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, environment, install, root, run, runBeside } from './prepare.mjs'

install()
console.log('— format')
run('oxfmt', ['--check', '.'])
console.log('— build and types')
build()
await Promise.all([
  // Waits for the disk and the network mostly, while the others compute.
  runBeside('programs of the system', 'node', [
    '--eval',
    "import('./test/harness/setup.ts').then((all) => all.default())",
  ]),
  runBeside('lint', 'oxlint', ['--type-aware', '--deny-warnings']),
  runBeside('unused files, exports and dependencies', 'knip', []),
  runBeside('package', 'publint', ['--strict', 'packages/hale']),
])

console.log('— tests')
const results = join(root, 'test-results', 'results.json')
mkdirSync(join(root, 'test-results'), { recursive: true })
const reporters = ['default', 'json', './test/harness/flaky-reporter.ts'].map((each) => `--reporter=${each}`)
const { status } = spawnSync(
  join(root, 'node_modules/.bin/vitest'),
  ['run', ...reporters, `--outputFile=${results}`, ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit', env: environment },
)
const { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests, numTodoTests } = JSON.parse(
  readFileSync(results, 'utf8'),
)
const skipped = numPendingTests + numTodoTests
if (skipped > 0) console.log(`${skipped} tests were skipped; every test must run.`)
// A file that could not even be loaded has no tests to count, and is a failure all the same.
const failed = numFailedTests === 0 && status !== 0 ? Math.max(1, numFailedTestSuites) : numFailedTests
console.log(`${numPassedTests} passed, ${failed} failed`)
process.exit(status === 0 && skipped === 0 ? 0 : 1)
