import { describe, expect, it } from 'vitest'
import { WILD, type WildDocument } from '../../test/documents/wild.ts'
import { readHealthDocument, type HealthDocument } from './read.ts'

const read = ({ body, http }: WildDocument): HealthDocument =>
  readHealthDocument({ status: http, body: typeof body === 'string' ? body : JSON.stringify(body) })

describe('documents of the wild', () => {
  it.each(WILD)('$what', (document) => {
    const { checks, status } = read(document).report
    const parts = Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, check.status]))
    expect(status).toBe(document.status)
    expect(parts).toMatchObject(document.parts ?? {})
  })

  it('none that is sick is read as healthy, whatever its code is', () => {
    const sick = WILD.filter(({ status }) => status !== 'healthy')
    const healthy = sick.filter((document) => read({ ...document, http: 200 }).report.status === 'healthy')
    // Those that say so by their code alone.
    expect(healthy.map(({ what }) => what)).toEqual([
      'Rails’ own /up after an exception at boot',
      'Loki while it starts, in words',
    ])
  })

  it('says in whose words it failed', () => {
    const messages = WILD.map((document) => read(document).report)
      .flatMap(({ checks, message }) => [message, ...Object.values(checks).map((check) => check.message)])
      .join('\n')
    for (const words of ['The disk is almost full', 'RAFT NO LEADER', 'ConnectException', 'is sealed', 'no answer']) {
      expect(messages).toContain(words)
    }
  })
})
