// `npm run bench -- endpoint`, `-- engine`, `-- exporters`, `-- monitor`, `-- detect`: builds, then runs one benchmark.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build, install, root, run } from '../scripts/prepare.mjs'

const [name, ...args] = process.argv.slice(2)
const file = join(root, 'bench', name ?? '', 'main.ts')
if (name === undefined || !existsSync(file)) {
  console.error('Usage: npm run bench -- endpoint | engine | exporters | monitor | detect')
  process.exit(2)
}
install()
build()
run('node', ['--expose-gc', file, ...args])
