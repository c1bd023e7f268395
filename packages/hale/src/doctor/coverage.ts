/** One kind of thing that apps depend on: how it shows, and what checks it. */
export interface Coverage {
  /** Packages of npm that mean the app uses it. */
  readonly packages: readonly string[]
  /** Names of variables that mean the app is told where it is. */
  readonly environment: RegExp
  /** The check to use: a file of `hale/checks`. */
  readonly check: string
  /** Other checks that cover it just as well. */
  readonly orBy?: readonly string[]
  /** A check of the app's own whose name has this word in it covers it too. */
  readonly named: RegExp
  /** The name to register it under. */
  readonly name: string
  /** What to write, given the expression of its address, or undefined when only parts of the address are known. */
  readonly call: (address: string | undefined) => string
}

const SQL = ['orm', 'postgres', 'mysql', 'sqlite'] as const
const QUEUE = ['backlog', 'tcp'] as const

/** A variable that begins with one of these words: `REDIS_URL`, and `SHOP_REDIS_HOST` too. */
const about = (...words: readonly string[]): RegExp =>
  new RegExp(
    `(?:^|_)(?:${words.join('|')})\\d*(?:_(?:URL|URI|DSN|HOST|HOSTS|NODE|NODES|SERVER|SERVERS|ENDPOINT|BROKERS))?$`,
  )

/** In order: the first that fits names an address that could be of several, such as `DATABASE_URL`. */
export const COVERAGE: readonly Coverage[] = Object.freeze<Coverage[]>([
  {
    packages: ['pg', 'postgres', 'pg-promise', 'slonik', '@neondatabase/serverless'],
    environment: /(?:^|_)(?:DATABASE|DB|POSTGRES|POSTGRESQL|PG|NEON)_?(?:URL|URI|DSN|HOST)$/,
    check: 'postgres',
    orBy: SQL,
    named: /postgres|pg\b|database|\bdb\b/i,
    name: 'database',
    call: (address = 'pool') => `postgres(${address})`,
  },
  {
    packages: ['mysql2', 'mariadb', 'mysql'],
    environment: /(?:^|_)(?:DATABASE|DB|MYSQL|MARIADB)_?(?:URL|URI|DSN|HOST)$/,
    check: 'mysql',
    orBy: SQL,
    named: /mysql|maria|database|\bdb\b/i,
    name: 'database',
    call: (address = 'pool') => `mysql(${address})`,
  },
  {
    packages: ['better-sqlite3', 'sqlite3'],
    environment: /(?:^|_)SQLITE(?:_\w+)?$/,
    check: 'sqlite',
    orBy: SQL,
    named: /sqlite|database|\bdb\b/i,
    name: 'database',
    call: () => 'sqlite(database)',
  },
  {
    packages: [
      '@prisma/client',
      'drizzle-orm',
      'typeorm',
      'sequelize',
      'knex',
      'kysely',
      '@mikro-orm/core',
      '@mikro-orm/postgresql',
      '@mikro-orm/mysql',
    ],
    environment: /(?:^|_)(?:DATABASE|DB)_?(?:URL|URI|DSN|HOST)$/,
    check: 'orm',
    orBy: SQL,
    named: /prisma|drizzle|orm\b|database|\bdb\b/i,
    name: 'database',
    call: () => 'orm(db)',
  },
  {
    packages: ['redis', 'ioredis', '@redis/client', 'iovalkey', '@valkey/valkey-glide'],
    environment: about('REDIS', 'VALKEY', 'REDIS_TLS'),
    check: 'redis',
    named: /redis|valkey/i,
    name: 'redis',
    call: (address = 'client') => `redis(${address})`,
  },
  {
    packages: ['mongodb', 'mongoose'],
    environment: about('MONGO', 'MONGODB'),
    check: 'mongodb',
    named: /mongo/i,
    name: 'mongodb',
    call: (address = 'client') => `mongodb(${address})`,
  },
  {
    packages: ['memjs', 'memcached'],
    environment: about('MEMCACHE', 'MEMCACHED', 'MEMCACHIER'),
    check: 'memcached',
    named: /memcache/i,
    name: 'memcached',
    call: (address = "'memcached://cache.internal:11211'") => `memcached(${address})`,
  },
  {
    packages: ['@elastic/elasticsearch', '@opensearch-project/opensearch'],
    environment: about('ELASTIC', 'ELASTICSEARCH', 'OPENSEARCH'),
    check: 'elasticsearch',
    named: /elastic|opensearch|search/i,
    name: 'search',
    call: (address = 'client') => `elasticsearch(${address})`,
  },
  {
    packages: ['@clickhouse/client'],
    environment: about('CLICKHOUSE'),
    check: 'clickhouse',
    named: /clickhouse/i,
    name: 'clickhouse',
    call: (address = 'client') => `clickhouse(${address})`,
  },
  {
    packages: ['@aws-sdk/client-s3', 'minio'],
    environment: /(?:^|_)(?:(?:AWS_)?S3_BUCKET(?:_NAME)?|S3_ENDPOINT|MINIO_ENDPOINT)$/,
    check: 's3',
    named: /s3\b|bucket|minio|files|storage/i,
    name: 'files',
    call: () => "s3(client, { bucket: 'my-bucket' })",
  },
  {
    packages: ['nodemailer'],
    environment: about('SMTP', 'MAIL_HOST', 'SMTP_SERVER'),
    check: 'smtp',
    named: /smtp|mail/i,
    name: 'mail',
    call: () => "smtp({ host: 'mail.internal', port: 587, secure: 'starttls' })",
  },
  {
    packages: ['@grpc/grpc-js'],
    environment: /(?:^|_)GRPC_(?:URL|HOST|ENDPOINT)$/,
    check: 'grpc',
    named: /grpc/i,
    name: 'upstream',
    call: () => "grpc({ url: 'http://inventory.internal:50051' })",
  },
  {
    packages: ['nats', '@nats-io/transport-node'],
    environment: about('NATS'),
    check: 'nats',
    orBy: ['jetstream'],
    named: /nats/i,
    name: 'nats',
    call: (address = 'connection') => `nats(${address})`,
  },
  {
    packages: ['amqplib', 'amqp-connection-manager', 'rabbitmq-client'],
    environment: about('AMQP', 'AMQPS', 'RABBITMQ', 'CLOUDAMQP'),
    check: 'rabbitmq',
    orBy: ['backlog'],
    named: /amqp|rabbit|queue/i,
    name: 'rabbitmq',
    call: (address = 'connection') => `rabbitmq(${address})`,
  },
  {
    packages: ['rhea'], // AMQP 1.0
    environment: /$^/,
    check: 'tcp',
    orBy: ['backlog'],
    named: /amqp|rabbit|queue/i,
    name: 'amqp',
    call: () => "tcp({ host: 'amqp.internal', port: 5672 })",
  },
  {
    packages: ['mqtt'],
    environment: about('MQTT'),
    check: 'mqtt',
    named: /mqtt/i,
    name: 'mqtt',
    call: (address = 'client') => `mqtt(${address})`,
  },
  {
    packages: ['kafkajs', 'node-rdkafka', '@confluentinc/kafka-javascript'],
    environment: about('KAFKA'),
    check: 'tcp',
    orBy: ['kafka', 'backlog'],
    named: /kafka/i,
    name: 'kafka',
    call: () => "tcp({ host: 'kafka.internal', port: 9092 })",
  },
  {
    packages: ['bullmq'],
    environment: /$^/,
    check: 'bullmq',
    orBy: QUEUE,
    named: /queue|jobs|backlog|bull/i,
    name: 'jobs',
    call: () => 'bullmq(queue)',
  },
  {
    packages: ['bull', 'bee-queue', 'pg-boss'],
    environment: /$^/,
    check: 'backlog',
    orBy: QUEUE,
    named: /queue|jobs|backlog|bull/i,
    name: 'jobs',
    call: () => 'backlog({ count: () => queue.getWaitingCount(), degraded: 1_000 })',
  },
])
