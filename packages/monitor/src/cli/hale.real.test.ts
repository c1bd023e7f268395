import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { overview } from '@hale/contract'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startHale } from '../../../../test/harness/hale-command.ts'

describe('the hale command', () => {
  let folder: string
  const app = createServer((_request, response) => response.end('{"status":"healthy"}'))

  const start = (...args: readonly string[]) => startHale(args, { cwd: folder })
  const finish = async (...args: readonly string[]) => {
    const { ended, output } = start(...args)
    return { code: await ended, output: output() }
  }

  beforeAll(async () => {
    await once(app.listen(0, '127.0.0.1'), 'listening')
  })
  afterAll(() => void app.close())
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hale-cli-'))
    const { port } = app.address() as AddressInfo
    const targets = `  - name: shop\n    url: http://127.0.0.1:${port}/health\n  - name: gone\n    url: tcp://127.0.0.1:1\n`
    await writeFile(join(folder, 'good.yaml'), `defaults: { every: 1s, timeout: 1s }\ntargets:\n${targets}`)
    await writeFile(join(folder, 'bad.yaml'), 'targets:\n  - name: shop\n    ulr: http://localhost\n')
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('watches, logs a newcomer in by one link, and ends cleanly after Ctrl-C', async () => {
    await using hale = start('up', 'good.yaml', '--port', '0')
    const [, link = ''] = await hale.seen(/Open {2}(\S+)/u)
    const [, key = ''] = await hale.seen(/Key {3}(hale_\S+)/u)
    await hale.seen(/● healthy +shop +\d/u)
    await hale.seen(/✖ unhealthy +gone +\d.+it refused the connection/u)
    const url = new URL(link).origin
    const login = await fetch(link, { redirect: 'manual' })
    expect(login.status).toBe(303)
    const look = async () => {
      const answer = await fetch(`${url}/api/v1/overview`, { headers: { 'x-api-key': key } })
      return overview.parse(await answer.json())
    }
    await expect.poll(look).toMatchObject({ status: 'unhealthy', counts: { healthy: 1, unhealthy: 1 } })

    const listed = await finish('key', 'list', '-c', 'good.yaml')
    expect(listed.output).toMatch(/^[0-9a-f]{8} {2}admin {2}[\d-]{10} {2}first\n$/u)
    const began = performance.now()
    hale.signal('SIGINT')
    hale.signal('SIGTERM')
    expect(await hale.ended).toBe(0)
    console.log(`Ctrl-C: it had ended after ${Math.round(performance.now() - began)} ms; 5000 ms are promised`)
  })

  it('S1: keys are made, listed without their secret, and removed', async () => {
    const added = await finish('key', 'add', 'grafana', '--scope', 'read', '-c', 'good.yaml')
    const [secret = ''] = /hale_[\w-]{43}/u.exec(added.output) ?? []
    expect(added.code).toBe(0)
    const { output } = await finish('key', 'list', '-c', 'good.yaml')
    expect(output).not.toContain(secret)
    const [, id = ''] = /(\w+) {2}read +\S+ {2}grafana/u.exec(output) ?? []
    expect(await finish('key', 'remove', id, '-c', 'good.yaml')).toMatchObject({ code: 0 })
    expect(await finish('key', 'remove', id, '-c', 'good.yaml')).toMatchObject({ code: 1 })
  })

  it('keys are made without a file where hale up was told addresses, and where nothing is it says what to do', async () => {
    expect(await finish('key', 'list')).toEqual({
      code: 1,
      output:
        'There is no hale.yaml here, and no store of hale up. Name the file with --config, or go to the folder in which hale up runs.\n',
    })
    await using hale = start('up', 'tcp://127.0.0.1:1', '--port', '0')
    const [, first = ''] = await hale.seen(/Key {3}(hale_\S+)/u)
    const added = await finish('key', 'add', 'grafana')
    expect([added.code, added.output]).toEqual([0, expect.stringMatching(/hale_[\w-]{43}/u)])
    expect(added.output).not.toContain(first)
    expect((await finish('key', 'list')).output).toMatch(/^\w{8} {2}admin .* first\n\w{8} {2}read .* grafana\n$/u)
  })

  it('says what is wrong with a configuration as a compiler does', async () => {
    const { code, output } = await finish('check-config', 'bad.yaml')
    expect(code).toBe(1)
    expect(output).toMatch(/^bad\.yaml:3:5 .*ulr.*did you mean "url"\?$/mu)
    expect(output).not.toContain('    at ')
    expect(await finish('check-config', 'good.yaml')).toEqual({
      code: 0,
      output: 'good.yaml is fine: 2 targets, told to console.\n',
    })
  })

  it('shows a newcomer how to begin', async () => {
    const { code, output } = await finish('up')
    expect(code).toBe(1)
    expect(output).toContain('targets:\n')
    expect(output).toContain('hale up')
  })

  it('says which Node it needs where there is no SQLite in it', async () => {
    const env = { NODE_OPTIONS: '--no-experimental-sqlite' }
    await using hale = startHale(['up', 'good.yaml', '--port', '0'], { cwd: folder, env })
    expect(await hale.ended).toBe(1)
    expect(hale.output()).toMatch(/^The monitor keeps .*\(v\d+\.\d+\.\d+\)\. It needs Node 22\.19 or newer\.\n$/u)
  })

  it('says its version', async () => {
    expect((await finish('--version')).output).toMatch(/^\d+\.\d+\.\d+\n$/u)
  })
})
