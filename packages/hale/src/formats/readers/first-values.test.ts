import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstValues, MAX_VALUES } from './first-values.ts'
import { readHealthDocument } from '../read.ts'

/** An object of many. */
const many = <T>(count: number, value: (i: number) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, value(i)]))

function countValues(json: unknown): number {
  const inside: unknown[] = typeof json === 'object' && json !== null ? Object.values(json) : []
  return inside.reduce<number>((sum, each) => sum + 1 + countValues(each), 0)
}

const HUGE: Readonly<Record<string, unknown>> = {
  'words side by side': many(200_000, () => 'OK'),
  'objects side by side': many(100_000, () => ({ status: 'up' })),
  'a list of nothing': Array.from({ length: 300_000 }, () => []),
  'a list of numbers': Array.from({ length: 300_000 }, (_, i) => i),
  'data of one check': { status: 'UP', checks: [{ name: 'db', status: 'UP', data: many(200_000, (i) => i) }] },
  'lists of lists': Array.from({ length: 500 }, () => Array.from({ length: 300 }, () => [[]])),
}

describe('firstValues', () => {
  it('S9: leaves what has no more alone, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(firstValues(json)).toEqual({ json, isCut: false })
      }),
    )
  })

  it.each(Object.entries(HUGE))('S9: of %s it gives what can be walked through in no time', (_, json) => {
    const first = firstValues(json)
    expect(first.isCut).toBe(true)
    expect(countValues(first.json)).toBeLessThanOrEqual(MAX_VALUES)
    expect(countValues(first.json)).toBeGreaterThan(1_000)
  })

  it('keeps what is said of the whole behind the checks, and the first checks with all that is said of them', () => {
    const check = { status: 'UP', data: { a: [1, { b: 2 }] } }
    const { json } = firstValues({ checks: many(20_000, () => check), status: 'DOWN', message: 'the last' })
    expect(json).toEqual({ checks: many(1_001, () => check), status: 'DOWN', message: 'the last' })
  })

  it('takes `__proto__` for a name', () => {
    const text = `{"__proto__":{"status":"UP"},"rows":[${'1,'.repeat(60_000)}1]}`
    const { json } = firstValues(JSON.parse(text))
    expect(Object.getPrototypeOf(json)).toBe(Object.prototype)
    expect(Object.getOwnPropertyDescriptor(json, '__proto__')?.value).toEqual({ status: 'UP' })
  })
})

describe('a document of hundreds of thousands of values', () => {
  const read = (json: unknown): ReturnType<typeof readHealthDocument> =>
    readHealthDocument({ status: 200, body: JSON.stringify(json) })

  it('is not healthy by what was read of it', () => {
    expect(read(HUGE['words side by side'])).toMatchObject({ format: 'heptio', report: { status: 'unknown' } })
    const reports = Array.from({ length: 20 }, (_, i) => ({ name: `db${i}`, state: 'ok', rows: many(4_000, () => 1) }))
    expect(read({ reports })).toMatchObject({
      format: 'any-json',
      problem: 'It is too large to be read as a whole; the rest was not read.',
      report: { status: 'unknown' },
    })
  })

  it('is as healthy as it says itself', () => {
    const checks = many(20_000, () => ({ status: 'healthy', message: 'well', observed: { value: 1, unit: 'ms' } }))
    const problem = 'It has more than 1000 checks; the rest was not read.'
    expect(read({ checks, status: 'degraded' })).toMatchObject({ problem, report: { status: 'degraded' } })
    expect(Object.keys(read({ checks, status: 'degraded' }).report.checks)).toHaveLength(1_000)
  })

  it('leaves the HTTP code to speak where nothing is found', () => {
    expect(read(HUGE['a list of numbers'])).toMatchObject({
      certainty: 'none',
      problem: 'It is too large to be read as a whole; the rest was not read.',
    })
  })
})
