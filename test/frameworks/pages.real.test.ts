import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { blocksOf } from '../harness/blocks.ts'
import { INSTALL_WITHIN_MS } from '../harness/install-once.ts'
import { findRuntime } from '../harness/runtimes.ts'
import { freePort } from '../harness/ports.ts'
import { startProgram } from './program.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(root, 'test-results/pages')
const node = (): string => process.execPath
const bun = (): Promise<string> => findRuntime('bun')

it.each([
  ['node.md', 0, node],
  ['node.md', 1, node],
  ['express.md', 0, node],
  ['fastify.md', 0, node],
  ['koa.md', 0, node],
  ['hono.md', 0, node],
  ['h3.md', 0, node],
  ['elysia.md', 0, bun],
  ['web.md', 0, bun],
] as const)(
  'serves what docs/frameworks/%s shows, block %d',
  async (page, index, runtime) => {
    const block = blocksOf(readFileSync(join(root, 'docs/frameworks', page), 'utf8'))[index]
    // The block as it is, but for the port; Bun serves what is exported as default at BUN_PORT.
    const port = await freePort()
    const code = block?.code.replaceAll(/\b(?:8080|9000)\b/g, String(port)) ?? ''
    const file = join(folder, `${page}-${index}.ts`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, code)
    const env = { BUN_PORT: String(port), HEALTH_KEY: 'a-key-of-the-pages-test' }
    const program = await startProgram(await runtime(), [file], { cwd: folder, env, port })
    try {
      const ready = await fetch(`${program.url}/health/ready`)
      expect([ready.status, await ready.json()]).toEqual([200, { status: 'healthy' }])
      const missing = await fetch(`${program.url}/health/nope`)
      expect(missing.status).toBe(404)
    } finally {
      await program.stop()
    }
  },
  INSTALL_WITHIN_MS,
)
