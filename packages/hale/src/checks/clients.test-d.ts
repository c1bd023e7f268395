import type { Redis as IoRedis, Cluster } from 'ioredis'
import type { Connection as MariadbConnection, Pool as MariadbPool } from 'mariadb'
import type memjs from 'memjs'
import type mysql2 from 'mysql2/promise'
import type pg from 'pg'
import type { createClient, createClientPool } from 'redis'
import { expectTypeOf } from 'vitest'
import type { MemcachedClient } from './memcached.ts'
import type { MysqlClient } from './mysql.ts'
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
expectTypeOf<mysql2.Pool>().toExtend<MysqlClient>()
expectTypeOf<mysql2.Connection>().toExtend<MysqlClient>()
expectTypeOf<MariadbPool>().toExtend<MysqlClient>()
expectTypeOf<MariadbConnection>().toExtend<MysqlClient>()
expectTypeOf<memjs.Client>().toExtend<MemcachedClient>()

// And what is none does not.
expectTypeOf<{ query: () => number }>().not.toExtend<PostgresPool>()
expectTypeOf<{ ping: string }>().not.toExtend<RedisClient>()
