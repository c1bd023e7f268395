import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, truncateSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { COMPILE_CACHE } from '../../../../test/harness/compile-cache.ts'

const HALE = fileURLToPath(new URL('./hale.ts', import.meta.url))
const env = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: COMPILE_CACHE, HALE_LOG_LEVEL: 'info' }
/** No file may be longer: a disk that is full for files that are, and has space for the store. */
const LONGEST = 64 * 1024 * 1024
const PATIENT = { timeout: 60_000, interval: 50 }

describe('output that cannot be written', () => {
  let folder: string
  let good = true
  const app = createServer((_request, response) => {
    response.writeHead(good ? 200 : 500).end('{"status":"healthy"}')
  })
  const file = (name: string): string => join(folder, name)
  const text = async (name: string): Promise<string> => await readFile(file(name), 'utf8')

  beforeAll(async () => {
    await once(app.listen(0, '127.0.0.1'), 'listening')
  })
  afterAll(() => {
    app.close()
    app.closeAllConnections()
  })
  beforeEach(async () => {
    good = true
    folder = await mkdtemp(join(tmpdir(), 'hale-output-'))
    const url = `http://127.0.0.1:${(app.address() as AddressInfo).port}/`
    await writeFile(
      file('up.yaml'),
      `server: { port: 0 }\nstore: .\ndefaults: { every: 1s, timeout: 900ms }\ntargets:\n  - { name: shop, url: "${url}" }\n`,
    )
    await writeFile(
      file('serve.yaml'),
      `serve: { listen: 127.0.0.1:0, path: /status }\nchecks:\n  api: { type: http, url: "${url}", every: 200ms, timeout: 10s, impact: fails }\n`,
    )
  })
  afterEach(() => rm(folder, { recursive: true, maxRetries: 10 }))

  it('M3: hale up lives on while the disk of its output is full, and delivers to the console once there is space', async () => {
    const [out, err] = [openSync(file('out'), 'a'), openSync(file('err'), 'a')]
    const child = spawn('prlimit', [`--fsize=${LONGEST}`, process.execPath, HALE, 'up', 'up.yaml'], {
      cwd: folder,
      env,
      stdio: ['ignore', out, err],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    closeSync(out)
    closeSync(err)
    await expect.poll(() => text('out'), PATIENT).toContain('Ctrl-C stops')
    const [, key = ''] = /Key {3}(\S+)/u.exec(await text('out')) ?? []
    const [, address = ''] = /Open {2}(http:\/\/[^/]+)/u.exec(await text('out')) ?? []
    const metrics = async (): Promise<string> =>
      await (await fetch(`${address}/metrics`, { headers: { 'x-api-key': key } })).text()

    truncateSync(file('out'), LONGEST)
    truncateSync(file('err'), LONGEST)
    good = false
    await expect.poll(metrics, PATIENT).toContain('hale_target_status{target="shop",status="unhealthy"} 1\n')
    await expect.poll(metrics, PATIENT).toContain('hale_outbox_pending 1\n')
    expect(await metrics()).toContain('hale_storage_up 1\n')

    truncateSync(file('err'), 0)
    truncateSync(file('out'), 0)
    await expect
      .poll(() => text('out'), PATIENT)
      .toMatch(/^ {2}\d+ lines? (is|are) missing here: .*\(EFBIG\)\.\n.* ✖ unhealthy .*shop/u)
    await expect.poll(() => text('err'), PATIENT).toContain('"notification delivered"')
    const log = (await text('err'))
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    expect(log[0]).toMatchObject({ level: 40, code: 'EFBIG', lost: expect.any(Number) })
  })

  it('hale serve lives on when nobody reads its output any more', async () => {
    const child = spawn(process.execPath, [HALE, 'serve', 'serve.yaml'], { cwd: folder, env })
    onTestFinished(() => void child.kill('SIGKILL'))
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    await expect.poll(() => said, PATIENT).toContain('The whole is healthy')
    child.stdout.destroy()
    child.stderr.destroy()
    const [, url = ''] = /Ask {3}(\S+)/u.exec(said) ?? []
    const status = async (): Promise<number> => (await fetch(url)).status
    for (const now of [false, true, false]) {
      good = now
      await expect.poll(status, PATIENT).toBe(now ? 200 : 503)
    }
  })

  it('a command that only says something fails when that cannot be written, and leaves no key that nobody has seen', async () => {
    await writeFile(file('keys.yaml'), 'store: ./keys\ntargets: [http://127.0.0.1:9/]\n')
    await writeFile(file('package.json'), '{"dependencies":{"pg":"8"}}')
    const run = async (...args: readonly string[]): Promise<string> => {
      const script = '"$@" > /dev/full; echo "code $?" >&2'
      const command = ['-c', script, 'sh', process.execPath, HALE, ...args]
      return (await promisify(execFile)('sh', command, { cwd: folder, env })).stderr
    }
    const lost = 'The output could not be written: no space left.'
    expect(await run('key', 'add', 'grafana', '-c', 'keys.yaml')).toBe(
      `${lost} Nobody has seen the key, so it is gone again.\ncode 1\n`,
    )
    const commands = [['key', 'list', '-c', 'keys.yaml'], ['check-config', 'keys.yaml'], ['--help'], ['help', 'serve']]
    expect(await Promise.all(commands.map((each) => run(...each)))).toEqual(commands.map(() => `${lost}\ncode 1\n`))
    expect(await run('doctor')).toBe(`${lost}\ncode 2\n`)
    const { stdout } = await promisify(execFile)(process.execPath, [HALE, 'key', 'list', '-c', 'keys.yaml'], {
      cwd: folder,
      env,
    })
    expect(stdout).toContain('There are no keys yet')
  })

  it('hale --help ends quietly when its reader has seen enough', async () => {
    const script = '{ "$@"; echo "code $?" >&2; } | head -1'
    const { stderr, stdout } = await promisify(execFile)('sh', ['-c', script, 'sh', process.execPath, HALE, '--help'])
    expect(stdout).toMatch(/^Usage: hale .*\n$/u)
    expect(stderr).toBe('code 0\n')
  })
})
