import type { DatabaseSync } from 'node:sqlite'
import type { S3Client as AwsS3Client } from '@aws-sdk/client-s3'
import type { ClickHouseClient } from '@clickhouse/client'
import type { Client as ElasticClient } from '@elastic/elasticsearch'
import type { Client as OpensearchClient } from '@opensearch-project/opensearch'
import type { Admin as PlatformaticAdmin } from '@platformatic/kafka'
import type { JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type BetterSqlite3 from 'better-sqlite3'
import type { AmqpConnectionManager } from 'amqp-connection-manager'
import type { ChannelModel, RecoveringChannelModel } from 'amqplib'
import type { Queue } from 'bullmq'
import type { Redis as IoRedis, Cluster } from 'ioredis'
import type { Connection as MariadbConnection, Pool as MariadbPool } from 'mariadb'
import type { MikroORM } from '@mikro-orm/core'
import type { PostgreSqlDriver } from '@mikro-orm/postgresql'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { SqliteRemoteDatabase } from 'drizzle-orm/sqlite-proxy'
import type { getPrismaClient } from '@prisma/client/runtime/client'
import type { Knex } from 'knex'
import type { Admin as KafkajsAdmin } from 'kafkajs'
import type { Kysely } from 'kysely'
import type memjs from 'memjs'
import type { Db, MongoClient } from 'mongodb'
import type { Connection } from 'mongoose'
import type mysql2 from 'mysql2/promise'
import type { MqttClient as RealMqttClient } from 'mqtt'
import type { JetStreamManager as JetStreamManager2, NatsConnection as NatsConnection2 } from 'nats'
import type pg from 'pg'
import type { Connection as RabbitmqConnection } from 'rabbitmq-client'
import type { Sequelize } from 'sequelize'
import type { DataSource } from 'typeorm'
import type { createClient, createClientPool } from 'redis'
import { expectTypeOf } from 'vitest'
import type { BullmqQueue } from './bullmq.ts'
import type { ClickhouseClient } from './clickhouse.ts'
import type { ElasticsearchClient } from './elasticsearch.ts'
import type { JetstreamManager } from './jetstream.ts'
import type { KafkaAdmin } from './kafka.ts'
import type { MemcachedClient } from './memcached.ts'
import type { MongodbClient, MongodbDatabase, MongooseConnection } from './mongodb.ts'
import type { MqttClient } from './mqtt.ts'
import type { MysqlClient } from './mysql.ts'
import type { Orm, PrismaLike } from './orm.ts'
import type { NatsClient } from './nats.ts'
import type { PostgresPool } from './postgres.ts'
import type { RabbitmqClient } from './rabbitmq.ts'
import type { RedisClient } from './redis.ts'
import type { S3Client } from './s3.ts'
import type { SqliteDatabase } from './sqlite.ts'

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
expectTypeOf<MongoClient>().toExtend<MongodbClient>()
expectTypeOf<Db>().toExtend<MongodbDatabase>()
expectTypeOf<ElasticClient>().toExtend<ElasticsearchClient>()
expectTypeOf<OpensearchClient>().toExtend<ElasticsearchClient>()
expectTypeOf<ClickHouseClient>().toExtend<ClickhouseClient>()
expectTypeOf<AwsS3Client>().toExtend<S3Client>()
expectTypeOf<DatabaseSync>().toExtend<SqliteDatabase>()
expectTypeOf<BetterSqlite3.Database>().toExtend<SqliteDatabase>()
expectTypeOf<ReturnType<Connection['getClient']>>().toExtend<MongodbClient>()
expectTypeOf<Connection>().toExtend<MongooseConnection>()
// The class that what `prisma generate` writes extends.
expectTypeOf<InstanceType<ReturnType<typeof getPrismaClient>>>().toExtend<PrismaLike>()
expectTypeOf<NodePgDatabase>().toExtend<Orm>()
expectTypeOf<SqliteRemoteDatabase>().toExtend<Orm>()
expectTypeOf<DataSource>().toExtend<Orm>()
expectTypeOf<Sequelize>().toExtend<Orm>()
expectTypeOf<Knex>().toExtend<Orm>()
expectTypeOf<Kysely<{ orders: { id: number } }>>().toExtend<Orm>()
expectTypeOf<MikroORM<PostgreSqlDriver>>().toExtend<Orm>()
expectTypeOf<NatsConnection>().toExtend<NatsClient>()
expectTypeOf<NatsConnection2>().toExtend<NatsClient>()
expectTypeOf<JetStreamManager>().toExtend<JetstreamManager>()
expectTypeOf<JetStreamManager2>().toExtend<JetstreamManager>()
expectTypeOf<Queue>().toExtend<BullmqQueue>()
expectTypeOf<ChannelModel>().toExtend<RabbitmqClient>()
expectTypeOf<RecoveringChannelModel>().toExtend<RabbitmqClient>()
expectTypeOf<AmqpConnectionManager>().toExtend<RabbitmqClient>()
expectTypeOf<RabbitmqConnection>().toExtend<RabbitmqClient>()
expectTypeOf<RealMqttClient>().toExtend<MqttClient>()
expectTypeOf<KafkajsAdmin>().toExtend<KafkaAdmin>()
expectTypeOf<PlatformaticAdmin>().toExtend<KafkaAdmin>()

// And what is none does not.
expectTypeOf<{ query: () => number }>().not.toExtend<PostgresPool>()
expectTypeOf<{ createChannel: () => void }>().not.toExtend<RabbitmqClient>()
expectTypeOf<{ describeCluster: () => void }>().not.toExtend<KafkaAdmin>()
expectTypeOf<{ ping: string }>().not.toExtend<RedisClient>()
