import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { channelSchemas } from '../channels/index.ts'
import { parseConfig } from '../config/parse-config.ts'
import { openServe } from '../serve/open-serve.ts'
import { DOCTOR_HELP, FINDINGS, SERVE_HELP } from './help.ts'

const QUIET = { file: 'hale.yaml', isInstalled: () => true, mode: 'on-request' } as const

it('the help of hale doctor names every finding that its page does, within 120 characters a line', () => {
  const page = readFileSync(new URL('../../../../docs/doctor.md', import.meta.url), 'utf8')
  const told = [...page.matchAll(/^\| `([A-Z_]+)` /gm)].map(([, code]) => code)
  expect(new Set(told)).toEqual(new Set(Object.keys(FINDINGS)))
  expect(Math.max(...DOCTOR_HELP.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120)
})

it('the files in the page of the package are good', async () => {
  const page = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const [watched = '', served = '', ...more] = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text)
  const env = { OPS_WEBHOOK: 'https://ops.example/hook', DATABASE_URL: 'postgres://127.0.0.1/orders' }
  expect(more).toEqual([])
  expect(parseConfig(watched, { file: 'hale.yaml', env, channelSchemas }).targets).toHaveLength(3)
  const { checks, health } = await openServe(served, { ...QUIET, env })
  expect(checks).toHaveLength(3)
  await health.close()
})

it('the file in the help of hale serve is one', async () => {
  const [, text = ''] = /begin with:\n([\s\S]*)\nhale check-config/.exec(SERVE_HELP) ?? []
  const env = { HEALTH_KEY: 'k'.repeat(32), DATABASE_URL: 'postgres://127.0.0.1/orders' }
  const served = await openServe(text, { ...QUIET, env })
  expect(served.checks).toHaveLength(3)
  await served.health.close()
})
