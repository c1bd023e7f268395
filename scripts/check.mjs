// The quick loop: format, types, lint, unit tests. Stops at the first that fails.
import { install, run } from './prepare.mjs'

install()
for (const [what, command, ...args] of [
  ['format', 'oxfmt', '--check', '.'],
  ['types', 'tsc', '-b'],
  ['lint', 'oxlint', '--type-aware', '--deny-warnings'],
  ['unit tests', 'vitest', 'run', '--project', 'unit'],
]) {
  console.log(`— ${what}`)
  run(command, args)
}
