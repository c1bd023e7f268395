import { readFileSync } from 'node:fs'
import { incident, notification, sampleSeries, session } from '@hale/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { serve, type Serving } from '../../test/serve.ts'
import { sign } from '../channels/signature.ts'
import { toWebhookBody } from '../channels/webhook-body.ts'
import { aMessage } from '../../test/a-message.ts'

const page = (name: string): string => readFileSync(new URL(`../../../../docs/${name}.md`, import.meta.url), 'utf8')
const api = page('api')
const channels = page('channels')

/** The JSON examples of a page that follow a heading. */
function example(text: string, heading: string): unknown {
  const [, after = ''] = text.split(`\n${heading}\n`)
  return JSON.parse(/```json\n(.*?)```/s.exec(after)?.[1] ?? 'null')
}

describe('docs/api.md', () => {
  let serving: Serving
  beforeAll(async () => {
    serving = await serve([], { probeNow: () => true })
  })
  afterAll(() => serving[Symbol.asyncDispose]())

  it('names every route that there is, and no other', async () => {
    const answer = await serving.ask('/api/openapi.json')
    const { paths } = z
      .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
      .parse(await answer.json())
    const served = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    )
    const told = [...api.matchAll(/^### `(\w+ \S+)`$/gm)].map(([, route]) => route)
    const isApi = (route: string): boolean => route.includes('/api/v1/') && !route.startsWith('HEAD ')
    expect(new Set(told)).toEqual(new Set(served.filter(isApi)))
  })

  it('gives examples of what is answered', () => {
    const of = (heading: string): unknown => example(api, `### \`${heading}\``)
    expect(sampleSeries.parse(of('GET /api/v1/targets/:id/samples'))).toBeDefined()
    expect(
      z.object({ items: z.array(z.strictObject(incident.shape)) }).parse(of('GET /api/v1/incidents')),
    ).toBeDefined()
    expect(z.strictObject(notification.shape).parse(of('GET /api/v1/notifications'))).toBeDefined()
    expect(session.parse(JSON.parse(/`(\{ "scope".*?\})`/.exec(api)?.[1] ?? ''))).toBeDefined()
  })

  it('names the codes of errors that the sources know', () => {
    const told = [...api.matchAll(/^\| \d+ +\| `(\w+)`/gm)].map(([, code]) => code)
    const files = ['problem.ts', 'guard.ts', 'stream.ts', 'access/browser.ts', 'routes/session.ts', 'routes/targets.ts']
    const sources = files.map((file) => readFileSync(new URL(file, import.meta.url), 'utf8')).join('\n')
    const known = [
      ...[...sources.matchAll(/new Problem\(\s*\d+,\s*'(\w+)'/g)].map(([, code]) => code),
      ...[...sources.matchAll(/^ {2}\d{3}: '(\w+)',$/gm)].map(([, code]) => code),
    ]
    expect(new Set(told)).toEqual(new Set(known))
  })
})

describe('docs/channels.md', () => {
  it('shows the body that a webhook gets', () => {
    const shown = example(channels, '## `webhook`')
    expect(Object.keys(shown as object)).toEqual(Object.keys(toWebhookBody('key', aMessage())))
  })

  it('shows a check of the signature that accepts ours, and no other', async () => {
    const [, code = ''] = /```ts\n(.*?)```/s.exec(channels) ?? []
    const plain = code.replace(/\(header: .*?\): boolean/, '(header, body, secret, nowSeconds)')
    const module: unknown = await import(`data:text/javascript,${encodeURIComponent(plain)}`)
    const { isFromHale } = module as {
      isFromHale: (header: string, body: string, secret: string, now: number) => boolean
    }
    const header = sign('a secret of sixteen', '{"a":"ü"}', 1_795_352_520_000)
    const now = 1_795_352_520
    expect(isFromHale(header, '{"a":"ü"}', 'a secret of sixteen', now)).toBe(true)
    expect(isFromHale(header, '{"a":"u"}', 'a secret of sixteen', now)).toBe(false)
    expect(isFromHale(header, '{"a":"ü"}', 'another secret 1234', now)).toBe(false)
    expect(isFromHale(header, '{"a":"ü"}', 'a secret of sixteen', now + 301)).toBe(false)
    expect(isFromHale('', '{"a":"ü"}', 'a secret of sixteen', now)).toBe(false)
  })
})
