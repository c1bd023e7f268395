// Runs every test of a property with seeds of chance, round after round: `npm run fuzz`, or `npm run fuzz -- 100`. Stops at
// the first that fails and says how to have it again. CI always takes the same seed.
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, environment, install, root } from './prepare.mjs'

install()
build()
const rounds = Number(process.argv[2] ?? 20)
const files = globSync('{packages/*/src,test}/**/*.test.{ts,tsx}', { cwd: root }).filter((file) =>
  readFileSync(join(root, file), 'utf8').includes("from 'fast-check'"),
)
for (let round = 1; round <= rounds; round++) {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const args = ['run', '--project', 'unit', '--silent', ...files]
  console.log(`— round ${round} of ${rounds}: ${files.length} files, seed ${seed}`)
  const { status } = spawnSync(join(root, 'node_modules/.bin/vitest'), args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...environment, HALE_TEST_SEED: String(seed) },
  })
  if (status === 0) continue
  console.log(`Again: HALE_TEST_SEED=${seed} npx vitest run --project unit FILE`)
  process.exit(1)
}
