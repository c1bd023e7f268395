import type { Redis as IoRedis, Cluster } from 'ioredis'
import type pg from 'pg'
import type { createClient, createClientPool } from 'redis'
import { expectTypeOf } from 'vitest'
import type { PostgresPool } from './postgres.ts'
import type { RedisClient } from './redis.ts'

// The real clients fit the structural types, without a dependency on them. Checked by `tsc -b`.
expectTypeOf<pg.Pool>().toExtend<PostgresPool>()
expectTypeOf<pg.Client>().toExtend<PostgresPool>()
expectTypeOf<pg.PoolClient>().toExtend<PostgresPool>()
expectTypeOf<ReturnType<typeof createClient>>().toExtend<RedisClient>()
expectTypeOf<ReturnType<typeof createClientPool>>().toExtend<RedisClient>()
expectTypeOf<IoRedis>().toExtend<RedisClient>()
expectTypeOf<Cluster>().toExtend<RedisClient>()

// And what is none does not.
expectTypeOf<{ query: () => number }>().not.toExtend<PostgresPool>()
expectTypeOf<{ ping: string }>().not.toExtend<RedisClient>()
