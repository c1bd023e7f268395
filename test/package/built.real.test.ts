import { execFile, execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findEntryPoints, library } from '../harness/entry-points.ts'
import { INSTALL_WITHIN_MS } from '../harness/install-once.ts'
import { findRuntime } from '../harness/runtimes.ts'

// Not the synchronous one: a worker that is held for a minute is given up by vitest.
const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'hale-package-'))
const tarball = join(folder, 'hale.tgz')

beforeAll(() => {
  const [{ filename }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
      cwd: library,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  ) as [{ readonly filename: string }]
  cpSync(join(folder, filename), tarball)
  const installed = join(folder, 'node_modules/hale')
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['xzf', tarball, '--strip-components=1', '-C', installed])
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', dependencies: { hale: '0.1.0' } }))
  cpSync(new URL('./smoke.mjs', import.meta.url), join(folder, 'smoke.mjs'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the package as npm would deliver it', () => {
  it.each<[string, () => string | Promise<string>, ...string[]]>([
    ['Node 24', () => process.execPath],
    ['Node 20', () => findRuntime('node20')],
    ['Bun', () => findRuntime('bun')],
    ['Deno', () => findRuntime('deno'), 'run', '--allow-all', '--quiet'],
  ])(
    'works on %s, and ends by itself (E15)',
    async (_name, runtime, ...args) => {
      const program = await runtime()
      const smoke = await run(program, [...args, join(folder, 'smoke.mjs')], { cwd: folder, timeout: 120_000 })
      expect(smoke).toEqual({ stdout: 'done\n', stderr: '' })
    },
    INSTALL_WITHIN_MS,
  )

  it(
    'has types that every resolver of ES modules finds: attw',
    async () => {
      const paths = findEntryPoints().map(({ path }) => path)
      const attw = join(root, 'node_modules/.bin/attw')
      const args = [tarball, '--profile', 'esm-only', '--no-color', '--no-emoji', '--entrypoints', ...paths]
      expect(paths).toContain('./testing')
      const { stdout, stderr } = await run(attw, args, { maxBuffer: 1e8 })
      expect(stderr).toBe('')
      expect(stdout).toContain('"hale/checks/redis"')
    },
    INSTALL_WITHIN_MS,
  )

  it('ships its sources for nobody: no tests, no TypeScript but declarations', () => {
    const files = globSync('**/*', { cwd: join(folder, 'node_modules/hale') })
    expect(files).toContain('dist/index.js')
    expect(files.filter((file) => /\.test\.|(?<!\.d)\.ts$/.test(file))).toEqual([])
  })
})
