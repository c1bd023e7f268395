import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve, type Serving } from '../../../test/serve.ts'

const SCRIPT = 'console.log("a page");\n'.repeat(200)
const INDEX = '<!doctype html><title>Hale</title>'

describe('the dashboard', () => {
  let folder: string
  let serving: Serving
  /** fetch tidies paths and unpacks bodies; this does neither. */
  const get = (path: string, headers: Record<string, string> = {}) =>
    new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: Buffer }>((resolve, reject) => {
      const { hostname, port } = new URL(serving.url)
      request({ hostname, port, path, headers }, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
        )
      })
        .on('error', reject)
        .end()
    })

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hale-pages-'))
    await mkdir(join(folder, 'app', 'assets'), { recursive: true })
    await writeFile(join(folder, 'secret.txt'), 'secret')
    await writeFile(join(folder, 'app', 'index.html'), INDEX)
    await writeFile(join(folder, 'app', 'assets', 'index-1a2B_c3d.js'), SCRIPT)
    await writeFile(join(folder, 'app', 'assets', 'index-1a2B_c3d.js.map'), '{}')
    serving = await serve([], { dashboardFolder: join(folder, 'app') })
  })
  afterAll(async () => {
    await serving[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })

  it('serves a hashed file for ever, packed as the browser likes it', async () => {
    const path = '/assets/index-1a2B_c3d.js'
    const plain = await get(path)
    expect([plain.status, plain.body.toString()]).toEqual([200, SCRIPT])
    expect(plain.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    })
    const br = await get(path, { 'accept-encoding': 'gzip, deflate, br' })
    expect(br.headers['content-encoding']).toBe('br')
    expect(brotliDecompressSync(br.body).toString()).toBe(SCRIPT)
    const gzip = await get(path, { 'accept-encoding': 'gzip, br;q=0' })
    expect(gunzipSync(gzip.body).toString()).toBe(SCRIPT)
    expect(new Set([plain, br, gzip].map(({ headers }) => headers['etag'])).size).toBe(3)
  })

  it('asks again for the page, and answers 304 while it is the same', async () => {
    const first = await get('/')
    expect(first.headers).toMatchObject({ 'cache-control': 'no-cache', 'content-type': 'text/html; charset=utf-8' })
    const etag = String(first.headers['etag'])
    const again = await get('/', { 'if-none-match': `"other", W/${etag}` })
    expect([again.status, again.body.length]).toEqual([304, 0])
  })

  it('serves the page for its own routes, and 404 for what is missing', async () => {
    const accept = 'text/html,*/*'
    expect((await get('/targets/payments', { accept })).body.toString()).toBe(INDEX)
    expect((await get('/login?next=%2F', { accept })).body.toString()).toBe(INDEX)
    expect((await get('/targets/payments')).status).toBe(404)
    expect((await get('/assets/gone-1a2b3c4d.js', { accept })).status).toBe(404)
    expect((await get('/api/gone', { accept })).status).toBe(404)
    expect((await get('/assets/index-1a2B_c3d.js.map')).status).toBe(404)
  })

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '//../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets/../../secret.txt',
  ])('S9: %s leads nowhere', async (path) => {
    const { status, body } = await get(path)
    expect(body.toString()).not.toContain('secret\n')
    expect([400, 404]).toContain(status)
  })

  it('says how to build it where there is none', async () => {
    const bare = await serve([], { dashboardFolder: join(folder, 'nowhere') })
    const answer = await fetch(bare.url)
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('npm run build')])
    await bare[Symbol.asyncDispose]()
  })
})
