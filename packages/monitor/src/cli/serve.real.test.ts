import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHale } from '../../../../test/harness/hale-command.ts'

describe('hale serve', () => {
  let folder: string
  const api = createServer((_request, response) => response.writeHead(good ? 200 : 500).end())
  let good = true

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hale-serve-'))
    await new Promise<void>((resolve) => {
      api.listen(0, '127.0.0.1', resolve)
    })
    const { port } = api.address() as AddressInfo
    await writeFile(
      join(folder, 'hale.yaml'),
      `serve: { listen: 127.0.0.1:0, path: /status, drainWait: 1h, formats: [health+json, prometheus] }
checks:
  api: { type: http, url: http://127.0.0.1:${port}/, every: 200ms, timeout: 10s, impact: fails }
exporters: { statsd: { port: 9, every: 1h } }
`,
    )
    await writeFile(join(folder, 'bad.yaml'), 'checks:\n  api: { type: htp, url: http://127.0.0.1/ }\n')
  })
  afterAll(async () => {
    api.close()
    api.closeAllConnections()
    await rm(folder, { recursive: true })
  })

  it('E9: says what it checks and what changes; told to end, it is not ready at once and stays alive while it drains', async () => {
    await using hale = startHale(['serve'], { cwd: folder })
    const [, url = ''] = await hale.seen(/Ask {3}(http:\/\/127\.0\.0\.1:\d+\/status)\n/u)
    await hale.seen(/● healthy +api +\d.* http\n/u)
    await hale.seen(/The whole is healthy/u)
    const answer = await fetch(url)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/health+json'])
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('# TYPE hale_status gauge')
    good = false
    await hale.seen(/✖ unhealthy +api .*HTTP_STATUS: GET http:.* answered 500/u)
    good = true
    await hale.seen(/✖ unhealthy[^]*● healthy +api/u)

    hale.signal('SIGTERM')
    await hale.seen(/Stopping: not ready/u)
    await expect.poll(async () => (await fetch(`${url}/ready`)).status).toBe(503)
    expect((await fetch(`${url}/live`)).status).toBe(200)
    // Two signals of one kind that are not yet delivered are one, so that a second Ctrl-C comes some time after the first.
    const again = setInterval(() => hale.signal('SIGINT'), 100)
    void hale.ended.then(() => clearInterval(again))
    expect(await hale.ended).toBe(130)
  })

  it('a taken port, the wrong file, and no file are a sentence each', async () => {
    const finish = async (...args: readonly string[]) => {
      await using hale = startHale(args, { cwd: folder })
      return [await hale.ended, hale.output()] as const
    }
    const { port } = api.address() as AddressInfo
    const [taken, wrong, none, mistaken, fine] = await Promise.all([
      finish('serve', '--port', String(port)),
      finish('up'),
      finish('serve', 'none.yaml'),
      finish('check-config', 'bad.yaml'),
      finish('check-config'),
    ])
    expect(taken).toEqual([1, expect.stringMatching(new RegExp(`^Port ${port} is taken\\..*--port`, 'u'))])
    expect(wrong).toEqual([1, expect.stringMatching(/^hale\.yaml:1:1 .*file for hale serve/u)])
    expect(none).toEqual([1, 'There is no none.yaml.\n'])
    expect(mistaken).toEqual([1, expect.stringMatching(/^bad\.yaml:2:16 .*did you mean "http"\?$/mu)])
    expect(fine).toEqual([0, 'hale.yaml is fine: 1 check, served at http://127.0.0.1:0/status, told to statsd.\n'])
  })
})
