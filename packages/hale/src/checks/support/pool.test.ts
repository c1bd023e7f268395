import { describe, expect, it } from 'vitest'
import { unhealthy } from '../../core/result.ts'
import { explainByPool, judgePool } from './pool.ts'

describe('judgePool', () => {
  it('says how much is in use, and of what', () => {
    const pool = { total: 4, idle: 1, waiting: 0, max: 4 }
    expect(judgePool(pool, { poolDegraded: '70%' }, 'db:5432')).toMatchObject({
      status: 'degraded',
      code: 'POOL_SATURATED',
      message: expect.stringMatching(/^3 of 4 connections of the pool to db:5432 are in use \(75 %\), limit 70 %\. /),
      observed: { value: 75, unit: '%' },
    })
    expect(judgePool(pool, { poolDegraded: '80%' }, 'db:5432')).toBeUndefined()
  })
})

describe('explainByPool', () => {
  const late = unhealthy('TIMEOUT', 'No answer.')
  it.each([
    [
      { total: 2, idle: 0, waiting: 3, max: 2 },
      /^All 2 connections .* are in use and none came back; 3 questions wait\. /,
    ],
    [
      { total: 1, idle: 0, waiting: 1, max: 1 },
      /^The one connection .* is in use and none came back; 1 question waits\. /,
    ],
  ])('tells a full pool from a silent server: %j', (pool, message) => {
    expect(explainByPool(late, pool, 'db:5432')).toMatchObject({
      code: 'POOL_EXHAUSTED',
      message: expect.stringMatching(message),
      observed: { value: pool.waiting, unit: 'waiting' },
    })
  })

  it('keeps what was found where the pool is not full', () => {
    const pool = { total: 2, idle: 1, waiting: 0, max: 2 }
    expect(explainByPool(late, pool, 'db:5432')).toEqual({ ...late, data: pool })
    expect(explainByPool(late, undefined, 'db:5432')).toBe(late)
  })
})
