import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { channelSchemas } from '../../packages/monitor/src/channels/index.ts'
import { parseConfig } from '../../packages/monitor/src/config/parse-config.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = globSync(['README.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/*/README.md'], { cwd: root })
const env = {
  OPS_WEBHOOK: 'https://hooks.example/ops',
  PAYMENTS_KEY: 'k',
  SMTP_URL: 'smtp://mail.example',
}

const blocks = pages.toSorted().flatMap((page) => {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(/^```ya?ml\n(.*?)^```/gms)].map(({ 1: code = '', index }) => ({
    title: `${page}, line ${text.slice(0, index).split('\n').length}`,
    code,
    keys: [...code.matchAll(/^(\w+):/gm)].map(([, key = '']) => key),
  }))
})

/** Who is held to each kind of file elsewhere: `hale serve` by serve/docs.test.ts, Prometheus and Kubernetes by tests in test/peers. */
const ELSEWHERE = ['kind', 'livenessProbe', 'checks', 'scrape_configs', 'rule_files']
const forMonitor = blocks.filter(({ keys }) => !ELSEWHERE.some((key) => keys.includes(key)))

describe('the YAML of the documentation', () => {
  it('is of a kind that some test tries', () => {
    const known = ['targets', 'channels', ...ELSEWHERE]
    expect(blocks.filter(({ keys }) => !known.some((key) => keys.includes(key)))).toEqual([])
    expect(forMonitor.length).toBeGreaterThan(5)
  })

  it.each(forMonitor)('is a file for hale up, where it is one: $title', ({ code, keys }) => {
    const whole = keys.includes('targets') ? code : `${code}\ntargets: [https://shop.example/health]\n`
    expect(parseConfig(whole, { file: 'hale.yaml', env, channelSchemas }).targets).not.toEqual([])
  })
})
