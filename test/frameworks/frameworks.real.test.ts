import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adapterConformance } from '../../packages/hale/src/testing/adapter-conformance.ts'
import { INSTALL_WITHIN_MS } from '../harness/install-once.ts'
import { findRuntime } from '../harness/runtimes.ts'
import { freePort } from '../harness/ports.ts'
import { installFrameworks } from './install.ts'
import { startProgram, type ServingProgram } from './program.ts'

const run = promisify(execFile)

async function startNext(folder: string): Promise<ServingProgram> {
  const cwd = join(folder, 'next')
  const cli = join(folder, 'node_modules/next/dist/bin/next')
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' }
  await run(process.execPath, [cli, 'build'], { cwd, env })
  const port = await freePort()
  const args = [cli, 'start', '--hostname', '127.0.0.1', '--port', String(port)]
  return startProgram(process.execPath, args, { cwd, env, port })
}

async function startNitro(folder: string): Promise<ServingProgram> {
  const cwd = join(folder, 'nitro')
  await run(process.execPath, [join(folder, 'node_modules/nitro/dist/cli/index.mjs'), 'build'], { cwd })
  const port = await freePort()
  const env = { HOST: '127.0.0.1', PORT: String(port), NODE_ENV: 'production' }
  return startProgram(process.execPath, ['.output/server/index.mjs'], { cwd, env, port })
}

/** Bundled as Wrangler does, for Workers bring no packages. */
async function startWorkers(folder: string): Promise<ServingProgram> {
  const cwd = join(folder, 'workers')
  await build({
    configFile: false,
    root: cwd,
    logLevel: 'error',
    build: { ssr: 'worker.mjs', outDir: 'built', rolldownOptions: { output: { entryFileNames: 'worker.js' } } },
    ssr: { noExternal: true, target: 'webworker' },
  })
  const workerd = join(folder, 'node_modules/.bin/workerd')
  const args = ['serve', '--control-fd=1', 'config.capnp']
  return startProgram(workerd, args, { cwd, port: /"event":"listen".*"port":(\d+)/ })
}

const startElysia = async (folder: string): Promise<ServingProgram> =>
  startProgram(await findRuntime('bun'), ['app.mjs'], { cwd: join(folder, 'elysia'), port: /serves on port (\d+)/ })

let folder = ''
beforeAll(async () => {
  folder = await installFrameworks()
}, INSTALL_WITHIN_MS)

describe.each([
  ['Next.js 16', startNext, ['content-length']],
  ['Nitro 3', startNitro, []],
  ['Workers', startWorkers, ['http/1.0']],
  ['Elysia 1 on Bun', startElysia, []],
] as const)('%s', (name, startApp, lacks) => {
  let app: ServingProgram | undefined
  beforeAll(async () => {
    app = await startApp(folder)
  }, INSTALL_WITHIN_MS)
  afterAll(() => app?.stop())

  // One app serves all cases, with the adapter at both places.
  const start = (): { readonly url: string; close(): void } => ({ url: app?.url ?? '', close: () => undefined })
  it.each(adapterConformance({ name, start, lacks }))('$name', async ({ run: runCase }) => {
    await expect(runCase()).resolves.toBeUndefined()
  })
})
