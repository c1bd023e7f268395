import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { once } from 'node:events'
import pg from 'pg'
import { createClient } from 'redis'
import { expect, it } from 'vitest'
import { ensurePackages, findBinary } from './packages.ts'
import { startPostgres } from './postgres.ts'
import { startRedis } from './redis.ts'

it('starts a private PostgreSQL, pauses it with its children, and leaves nothing behind', async () => {
  const server = await startPostgres()
  const client = new pg.Client(server.url)
  await client.connect()
  client.on('error', () => {})
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])

  const pause = await server.pause()
  const answer = client.query('select 2 as two')
  const paused = await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 300, 'silent'))])
  expect(paused).toBe('silent')
  pause[Symbol.dispose]()
  expect((await answer).rows).toEqual([{ two: 2 }])

  await server.stop()
  await server.stop()
  expect(existsSync(server.folder)).toBe(false)
  expect(() => process.kill(server.pid, 0)).toThrow('ESRCH')
  await client.end()
})

it('starts two Redis side by side and stops one that is paused', async () => {
  await using one = await startRedis()
  await using two = await startRedis({ password: 'hunter2' })
  expect(one.port).not.toBe(two.port)
  const client = createClient({ url: two.url })
  await client.connect()
  expect(await client.ping()).toBe('PONG')
  client.destroy()

  await one.pause()
  await one.stop()
  const [error] = (await once(connect(one.port, one.host), 'error')) as [NodeJS.ErrnoException]
  expect(error.code).toBe('ECONNREFUSED')
})

it('says what the server said when it does not start', async () => {
  await using taken = await startRedis()
  await expect(startRedis({ port: taken.port })).rejects.toThrow(/redis-server ended with 1.*Address already in use/s)
})

it('finds programs off the path, and says undefined for what is not there', () => {
  expect(findBinary('initdb')).toMatch(/bin\/initdb$/)
  expect(findBinary('no-such-program')).toBeUndefined()
  expect(() => ensurePackages(['postgres', 'redis-server'])).not.toThrow()
})
