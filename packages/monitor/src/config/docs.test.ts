import { readFileSync } from 'node:fs'
import { config, configJsonSchema } from '@hale/contract'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { channelDefinitions, channelSchemas } from '../channels/index.ts'
import { CONFIG_DEFAULTS } from './defaults.ts'
import { parseConfig } from './parse-config.ts'

const docs = readFileSync(new URL('../../../../docs/config.md', import.meta.url), 'utf8')
const examples = [...docs.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text)
const env = { OPS_WEBHOOK: 'https://hooks.example/ops', PAYMENTS_KEY: 'k', SMTP_URL: 'smtp://mail.example' }

/** The cells of the table row whose first cell is `key`, in the section headed so. */
function row(section: string, key: string): readonly string[] | undefined {
  const [, text = ''] = docs.split(new RegExp(`^#+ \`${section}\`.*$`, 'm'))
  const [body = ''] = text.split(/^#/m)
  const line = body.split('\n').find((each) => each.startsWith(`| \`${key}\``))
  return line?.split('|').map((cell) => cell.trim())
}

/** Every object of the schema, with the section of the page that describes it. */
const SECTIONS: readonly [section: string, keys: readonly string[]][] = [
  ['server', keysOf(config.shape.server)],
  ['retention', keysOf(config.shape.retention)],
  ['network', keysOf(config.shape.network)],
  ['channels', ['name', 'kind']],
  ['targets', keysOf(targetObject())],
  ['expect', keysOf(targetObject().shape['expect'])],
  ['tls', keysOf(targetObject().shape['tls'])],
]

function targetObject(): z.ZodObject {
  const { element } = config.shape.targets
  return element.options.find((option) => option instanceof z.ZodObject) ?? z.object()
}

function keysOf(schema: unknown): string[] {
  const inner: unknown = schema instanceof z.ZodOptional ? schema.unwrap() : schema
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : []
}

describe('docs/config.md', () => {
  it.each(examples.map((text, index) => [index + 1, text] as const))('example %i is a config', (_, text) => {
    expect(parseConfig(text, { file: 'hale.yaml', env, channelSchemas }).targets).not.toEqual([])
  })

  it('has examples', () => {
    expect(examples.length).toBeGreaterThanOrEqual(6)
  })

  it.each(SECTIONS)('describes every key of %s', (section, keys) => {
    expect(keys).not.toEqual([])
    expect(keys.filter((key) => row(section, key) === undefined)).toEqual([])
  })

  it('says the defaults that hold', () => {
    const told = [
      ...Object.entries(CONFIG_DEFAULTS.server).map(([key, value]) => ['server', key, value] as const),
      ...Object.entries(CONFIG_DEFAULTS.retention).map(([key, value]) => ['retention', key, value] as const),
      ...Object.entries(CONFIG_DEFAULTS.target).map(([key, value]) => ['targets', key, value] as const),
      ...Object.entries(CONFIG_DEFAULTS.tls).map(([key, value]) => ['tls', key, value] as const),
      ['network', 'private', CONFIG_DEFAULTS.network.private] as const,
      ['store', 'store', CONFIG_DEFAULTS.store] as const,
      ['expect', 'status', CONFIG_DEFAULTS.status] as const,
    ]
    const wrong = told.filter(([section, key, value]) => !row(section, key)?.[2]?.startsWith(`\`${value}\``))
    expect(wrong).toEqual([])
  })

  it('names every kind of channel with its options', () => {
    for (const { kind, options } of channelDefinitions) {
      const cells = row('channels', kind)?.[2] ?? ''
      expect([kind, keysOf(options).filter((key) => !cells.includes(`\`${key}\``))]).toEqual([kind, []])
      expect(cells).not.toBe('')
    }
  })
})

describe('the JSON Schema', () => {
  it('names the sections and refuses others', () => {
    expect(configJsonSchema()).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: ['targets'],
      properties: { targets: { type: 'array' }, server: { properties: { port: { type: 'integer' } } } },
    })
  })
})
