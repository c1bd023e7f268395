import { describe, expect, it } from 'vitest'
import { anOutcome } from '../../test/builders.ts'
import type { ComponentOutcome, ProbeOutcome } from '../model.ts'
import { readAnswer } from './health.ts'
import { createRedaction } from './redaction.ts'

const SECRET = 'Hunter2Secret'
const URL_WITH_SECRET = `postgres://app:${SECRET}@db.internal:5432/shop`

const component = (
  name: string,
  message = '',
  options: Partial<ComponentOutcome['result']> = {},
): ComponentOutcome => ({
  name,
  durationMs: 1,
  impact: undefined,
  runbook: undefined,
  result: { status: 'unhealthy', ...(message === '' ? {} : { message }), ...options },
})

/** What Terminus and Spring answer when a check threw and its error is passed on. */
function leakingDocument(): ProbeOutcome {
  const details = { error: `connect ECONNREFUSED ${URL_WITH_SECRET}`, options: { password: SECRET } }
  const database = { status: 'down', details }
  const body = JSON.stringify({ status: 'down', details: { redis: { status: 'up' }, database } })
  const contentType = 'application/json'
  return anOutcome(
    readAnswer({ status: 503, contentType, location: undefined, body: Buffer.from(body), truncated: false }),
  )
}

describe('createRedaction', () => {
  it('E10: takes the secrets out of a document that passes its errors on, and leaves what is wrong', () => {
    const before = leakingDocument()
    expect(JSON.stringify(before)).toContain(SECRET)
    const { result, components } = createRedaction()(before)
    expect(JSON.stringify({ result, components })).not.toContain(SECRET)
    expect(components.find(({ name }) => name === 'database')?.result).toMatchObject({
      status: 'unhealthy',
      message: 'connect ECONNREFUSED postgres://***@db.internal:5432/shop',
    })
  })

  it('E10: looks at every text: names, codes, messages, values, units, data, runbooks, what is wrong with the document', () => {
    const redacted = createRedaction()(
      anOutcome({
        result: {
          status: 'unhealthy',
          code: 'AKIAIOSFODNN7EXAMPLE',
          message: `password=${SECRET}`,
          observed: { value: URL_WITH_SECRET, unit: `token=${SECRET}` },
          data: { deep: [{ password: SECRET, url: URL_WITH_SECRET }] },
        },
        document: { format: 'hale', problem: `cannot read ${URL_WITH_SECRET}` },
        components: [
          { ...component(URL_WITH_SECRET), runbook: `https://u:${SECRET}@wiki.example/` },
          component('other', '', { data: { url: URL_WITH_SECRET } }),
        ],
      }),
    )
    expect(JSON.stringify(redacted)).not.toContain(SECRET)
    expect(redacted.result.code).toBe('***')
    expect(redacted.components[0]?.name).toBe('postgres://***@db.internal:5432/shop')
  })

  it('E10: half a secret at the end of a text that was cut goes too', () => {
    const message = `cannot reach postgres://app:${SECRET.slice(0, 9)}…`
    const { result } = createRedaction()(anOutcome({ result: { status: 'unhealthy', message } }))
    expect(result.message).toBe('cannot reach …')
  })

  it('keeps components apart whose names differed in their secrets', () => {
    const names = ['one', 'two'].map((secret) => `redis://:${secret}@cache:6379`)
    const { components } = createRedaction()(anOutcome({ components: names.map((name) => component(name)) }))
    expect(components.map(({ name }) => name)).toEqual(['redis://***@cache:6379', 'redis://***@cache:6379 (2)'])
  })

  it('makes the same of the same only once', () => {
    const redaction = createRedaction()
    const outcome = anOutcome({ components: [component('db', URL_WITH_SECRET, { data: { url: URL_WITH_SECRET } })] })
    const first = redaction(outcome).components[0]?.result
    const again = redaction(outcome).components[0]?.result
    expect(again).toEqual(first)
    expect(again?.data).toBe(first?.data)
    redaction(anOutcome({}))
    expect(redaction(outcome).components[0]?.result.data).not.toBe(first?.data)
  })

  it('leaves a healthy answer as it is', () => {
    const outcome = anOutcome({})
    expect(createRedaction()(outcome)).toEqual(outcome)
  })
})
