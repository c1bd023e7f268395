import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { asker } from '../../../../test/harness/ask.ts'
import { startNginx } from '../../../../test/harness/nginx.ts'
import { statusPage } from './status-page.ts'

it('status-page: is given the document again by nginx only when it changed, and follows where it moved', async () => {
  await using nginx = await startNginx('root .; access_log log combined; rewrite ^/old/(.*)$ /$1 redirect;')
  const folder = join(nginx.folder, 'api/v2')
  await chmod(nginx.folder, 0o755) // its worker is another user
  await mkdir(folder, { recursive: true })
  const say = (indicator: string): Promise<void> =>
    writeFile(join(folder, 'summary.json'), JSON.stringify({ page: { name: 'Shop' }, status: { indicator } }))
  await say('none')
  const check = statusPage({ url: `${nginx.url}/old` })
  const ask = asker(check, 5_000)
  expect((await ask()).value).toMatchObject({ status: 'healthy' })
  expect((await ask()).value).toMatchObject({ status: 'healthy' })
  await say('critical')
  expect((await ask()).value).toMatchObject({ status: 'unhealthy', code: 'REPORTED_UNHEALTHY' })
  await check.close?.()
  // nginx writes it down after it has answered.
  const answered = async () => (await readFile(join(nginx.folder, 'log'), 'utf8')).match(/(?<=" )\d{3}(?= )/g)
  await expect.poll(answered).toEqual(['302', '200', '302', '304', '302', '200'])
})
