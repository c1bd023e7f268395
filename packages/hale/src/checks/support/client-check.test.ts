import { describe, expect, it } from 'vitest'
import { sourceProblem } from './client-check.ts'

const SCHEMES = ['mongodb', 'postgres', 'redis', 'nats', 'https']
const problem = (url: string): string | false => sourceProblem(url, SCHEMES, [])

describe('sourceProblem', () => {
  it.each([
    'postgres://app:right@db:5432/shop?sslmode=require',
    'postgres://app:ri%2Fght@db/shop',
    'postgres:///shop?host=/run/postgresql',
    'postgres://app:with,comma@db/shop',
    'redis://:right@[::1]:6379/0',
    'nats://a:4222,nats://b:4222',
    'mongodb://a:27017,b:27017,c:27017/shop?replicaSet=rs0',
    'mongodb://app:with,comma@a:27017,b:27017',
    'https://es.test:9200/prefix',
  ])('takes %s', (url) => {
    expect(problem(url)).toBe(false)
  })

  it.each([
    'postgres://app:hunter/2secret@db/shop',
    'postgres://app:hunter#2secret@db/shop',
    'mongodb://app:hunter?2secret@a:27017,b:27017/shop',
    'https://app:hunter/2secret@es.test',
    'https://',
  ])('E10: refuses %s where the check is made, and does not show it', (url) => {
    expect(problem(url)).toMatch(/^the URL cannot be read; .*percent-encoded/)
    expect(problem(url)).not.toMatch(/hunter|secret/)
  })
})
