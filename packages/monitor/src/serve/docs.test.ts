import { readFileSync } from 'node:fs'
import { checkPolicy, exporterGroups, serveOptions, servedFormat, whenOptions } from '@hale/contract'
import { FORMATS } from 'hale/formats/index'
import { describe, expect, it } from 'vitest'
import { CHECK_TYPES } from './check-types/index.ts'
import { EXPORTER_TYPES } from './exporter-types.ts'
import { openServe, SERVE_DEFAULTS } from './open-serve.ts'

const read = (path: string): string => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8')
const docs = read('docs/serve.md')
const examples = [...docs.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text)
const env = {
  DATABASE_URL: 'postgres://127.0.0.1/orders',
  REDIS_URL: 'redis://127.0.0.1',
  HEALTH_KEY: 'k',
  ADMIN_KEY: 'a',
  DD_API_KEY: '0123456789abcdef0123456789abcdef',
}

/** The cells of the table row whose first cell is `key`, in the section headed so. */
function row(section: string, key: string): readonly string[] | undefined {
  const [, text = ''] = docs.split(new RegExp(`^## \`${section}\`$`, 'm'))
  const [body = ''] = text.split(/^## /m)
  const line = body.split('\n').find((each) => each.startsWith(`| \`${key}\``))
  return line?.split(/(?<!\\)\|/).map((cell) => cell.trim())
}

describe('docs/serve.md', () => {
  it.each([...examples, read('examples/flask/serve.yaml')].map((text, index) => [index + 1, text] as const))(
    'example %i is a file for hale serve',
    async (_, text) => {
      const served = await openServe(text, { file: 'hale.yaml', env, isInstalled: () => true, mode: 'on-request' })
      expect(served.checks.length).toBeGreaterThan(2)
      await served.health.close()
    },
  )

  it.each([
    ['serve', Object.keys(serveOptions.shape)],
    ['checks', Object.keys(checkPolicy.shape)],
    ['when', Object.keys(whenOptions.shape)],
    ['type', Object.keys(CHECK_TYPES)],
    ['exporters', Object.keys(EXPORTER_TYPES)],
  ])('describes every key of %s', (section, keys) => {
    expect(keys.filter((key) => row(section, key) === undefined)).toEqual([])
  })

  it('says the defaults that hold', () => {
    const wrong = Object.entries(SERVE_DEFAULTS).filter(([key, value]) => row('serve', key)?.[2] !== `\`${value}\``)
    expect(wrong).toEqual([])
  })

  it('can answer with every format that the library writes, and names it', () => {
    expect(servedFormat.options).toEqual(FORMATS.map(({ name }) => name))
    const told = row('serve', 'formats')?.[3] ?? ''
    expect(servedFormat.options.filter((name) => !told.includes(`\`${name}\``))).toEqual([])
  })

  it.each(Object.entries(EXPORTER_TYPES))('names every option that the exporter %s takes', (type, { options }) => {
    const [, , told = ''] = row('exporters', type) ?? []
    const common = Object.keys(exporterGroups.push)
    const own = Object.keys(options.shape).filter((key) => !common.includes(key))
    expect(own.filter((key) => !told.includes(`\`${key}\``))).toEqual([])
  })

  it.each(Object.entries(CHECK_TYPES))('names what %s needs, and every option it takes', (type, { needs, options }) => {
    const [, , package_ = '', told = ''] = row('type', type) ?? []
    expect(package_).toBe(needs.map((each) => `\`${each}\``).join(', '))
    expect(Object.keys(options.shape).filter((key) => !told.includes(`\`${key}\``))).toEqual([])
    expect(Object.keys(options.shape).filter((key) => key in checkPolicy.shape)).toEqual([])
  })
})
