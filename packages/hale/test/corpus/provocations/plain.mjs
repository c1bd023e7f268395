// What makes real clients throw with nothing to hide: the package, and a function of the places and the package.

const quietly = { error() {}, warn() {}, info() {}, log() {}, debug() {} }
const failing = (emitter, event = 'error') => new Promise((_, reject) => emitter.on(event, reject))

/** Statements that PostgreSQL refuses. */
const STATEMENTS = [
  'selct 1',
  'select * from orders',
  'select nothing from pg_class',
  'select 1/0',
  "select 'a'::int",
  "select '2026-13-45'::date",
  'select \'{"a":}\'::json',
  "select 'x'::uuid",
  "select '999.1.1.1'::inet",
  'select 9999999999::int',
  'select nowhere(1)',
  'insert into pg_temp.orders values (1)',
  'create temp table t(id int primary key); insert into t values (1), (1)',
  'create temp table t2(id int not null); insert into t2 values (null)',
  'create temp table t3(n int check (n > 5)); insert into t3 values (1)',
  'create temp table p(id int primary key); create temp table c(p int references p); insert into c values (7)',
  "create temp table t4(name varchar(3)); insert into t4 values ('longer than that')",
  'create temp table t5(id int); create temp table t5(id int)',
  'drop table nowhere',
  'alter table nowhere add column a int',
  'create index on nowhere (id)',
  'set role nobody_here',
  'set nonsense.x.y to 5',
  "set statement_timeout = 'soon'",
  'set statement_timeout = 20; select pg_sleep(5)',
  "select set_config('nothing', 'a', false)",
  'begin; select 1/0; select 1',
  'lock table nowhere',
  'select * from generate_series(1, 10) as a(x) where y = 1',
  'select a.x, b.x from (select 1 as x) a, (select 1 as x) b where x = 1',
  'select count(*), relname from pg_class',
  "select 1 union select 'a'",
  'select (select 1 union select 2)',
  'select array[1, 2]::int[][3]::text::int',
  "select to_date('2026', 'nonsense HH99')",
  "select 'a' ~ '('",
  'create extension nothing_like_this',
  'select pg_terminate_backend(pg_backend_pid())',
  'copy pg_class to stdout binary csv',
  "copy pg_class from '/nonexistent/file.csv'",
  'listen',
  'vacuum full nowhere',
  'prepare a as select $9',
  'execute nothing_prepared',
  'close no_cursor',
  'release savepoint nothing',
  'create database postgres',
  'drop database nowhere',
  'create user hale',
  'grant select on nowhere to hale',
  'create view v as select nowhere',
  'refresh materialized view nowhere',
  'create sequence s1 maxvalue 0',
  'comment on table nowhere is null',
  'select json_build_object(1)',
  "select '[1,2'::jsonb",
  'select sqrt(-1)',
  'select ln(0)',
  "select 'infinity'::float8::int",
  "select interval 'a lot'",
]

const PATHS = [
  '/nonexistent/orders.json',
  '/proc/1/nothing',
  '/etc/passwd/x',
  '/var/lib/app/2026-11-22/report-000123.csv',
]
const JSON_TEXTS = [
  '',
  '{',
  '<html>Sign in</html>',
  '{"a":1,}',
  'undefined',
  '[1, 2',
  '{"host":"db" "port":5432}',
  'NaN',
  "{'a': 1}",
  '{"a": tru}',
  'Bad Gateway',
  '{"name": "shop\nx"}',
]

/** Code that V8 refuses to go on with, as stack traces in logs have it. */
const CODE = [
  () => undefined.length,
  () => null.rows[0],
  () => ({}).orders.map((each) => each),
  () => [].reduce((a) => a),
  () => notDefinedAnywhere,
  () => 'a'.repeat(-1),
  () => BigInt(1.5),
  () => 1n + 1,
  () => Symbol() + '',
  () => new Intl.DateTimeFormat('en', { timeZone: 'Mars/Olympus' }),
  () => new Date(NaN).toISOString(),
  () => decodeURIComponent('%E0%A4%A'),
  () => structuredClone(() => 1),
  () => JSON.stringify(Object.assign([], { toJSON: () => 1n })),
  () =>
    new class A {
      #x
      static of(o) {
        return o.#x
      }
    }.constructor.of({}),
  () => Object.defineProperty(Object.freeze({}), 'a', { value: 1 }),
  () => new Proxy({}, null),
  () => Reflect.construct(1),
  () => [...5],
  () => 'x' in 'text',
  () => ({}) instanceof 5,
  () => new URL('/relative'),
  () => new AbortController().signal.throwIfAborted() ?? AbortSignal.abort().throwIfAborted(),
  () => atob('not base64!'),
  () => new TextDecoder('klingon'),
  () => new Headers({ 'bad name': 'x' }),
  () => Buffer.alloc(-1),
  () => Buffer.from([1, 2]).readUInt32BE(0),
  () => queueMicrotask(5),
  () => process.chdir('/nonexistent'),
  () => process.kill(999_999_999, 0),
]

/** @type {readonly (readonly [client: string, provoke: (...given: readonly any[]) => unknown])[]} */
export const plain = [
  ...STATEMENTS.map((text) => ['pg', (p) => p.sql(text, '')]),
  ...PATHS.map((path) => ['node:fs', async () => (await import('node:fs/promises')).readFile(path)]),
  ...PATHS.map((path) => ['node:fs', async () => (await import('node:fs/promises')).mkdir(path)]),
  ...JSON_TEXTS.map((text) => ['JSON.parse', () => JSON.parse(text)]),
  ...CODE.map((code) => ['V8', code]),
  ['node:net', async (p) => failing((await import('node:net')).connect(p.closed, '127.0.0.1'))],
  ['node:net', async () => failing((await import('node:net')).connect('/nonexistent/app.sock'))],
  ['node:net', async (p) => failing((await import('node:net')).createServer().listen(p.http, '127.0.0.1'))],
  ['node:net', async () => failing((await import('node:net')).createServer().listen(80, '203.0.113.7'))],
  ['node:dns', async () => (await import('node:dns/promises')).lookup('orders.internal.invalid')],
  ['node:tls', async (p) => failing((await import('node:tls')).connect(p.http, '127.0.0.1'))],
  ['node:http', async () => (await import('node:http')).request({ path: '/a b' })],
  ['node:http', async () => (await import('node:http')).get('https://127.0.0.1/')],
  ['node:zlib', async () => (await import('node:zlib')).gunzipSync(Buffer.from('no gzip'))],
  ['node:crypto', async () => (await import('node:crypto')).createHash('md99')],
  ['node:crypto', async () => (await import('node:crypto')).createCipheriv('aes-256-gcm', 'short', 'iv')],
  ['node:child_process', async (p) => p.exec('ls /nonexistent/folder')],
  ['node:child_process', async (p) => p.exec('exit 3')],
  ['node:child_process', async (p) => p.execFile('no-such-program', ['--verbose', '--port', '8080'])],
  ['node:child_process', async (p) => p.exec('git -C /nonexistent status --short')],
  ['node:child_process', async (p) => p.exec(`psql -h 127.0.0.1 -p ${p.closed} -U app -c 'select 1'`)],
  ['node:child_process', async (p) => p.exec(`curl -sf http://127.0.0.1:${p.http}/v1/orders?page=2`)],
  ['node:child_process', async (p) => p.exec('openssl x509 -in /nonexistent.pem -noout -enddate')],
  ['node:child_process', async (p) => p.exec('npm run no-such-script --silent')],
  ['node:sqlite', async () => new (await import('node:sqlite')).DatabaseSync(':memory:').exec('selct 1')],
  ['node:sqlite', async () => new (await import('node:sqlite')).DatabaseSync(':memory:').exec('select * from orders')],
  ['node:sqlite', async () => new (await import('node:sqlite')).DatabaseSync('/nonexistent/app.db')],
  [
    'node:sqlite',
    async () =>
      new (await import('node:sqlite')).DatabaseSync(':memory:').exec(
        'create table a(b unique); insert into a values (1), (1)',
      ),
  ],
  ['node:assert', async () => (await import('node:assert')).strictEqual(1, 2)],
  ['node:assert', async () => (await import('node:assert')).deepStrictEqual({ a: 1, b: [1, 2] }, { a: 1, b: [1, 3] })],
  ['fetch', (p) => fetch(`http://127.0.0.1:${p.closed}/health`)],
  ['fetch', async (p) => (await fetch(`http://127.0.0.1:${p.openText}/`)).json()],
  ['fetch', (p) => fetch(`http://127.0.0.1:${p.silent}/`, { signal: AbortSignal.timeout(50) })],
  ['fetch', (p) => fetch(`http://127.0.0.1:${p.redirect}/`)],
  ['undici', (p, { request }) => request(`http://127.0.0.1:${p.silent}/`, { headersTimeout: 100 })],
  ['axios', (p, { default: axios }) => axios.get(`http://127.0.0.1:${p.http}/v1/orders?page=2`)],
  ['got', (p, { default: got }) => got(`http://127.0.0.1:${p.http}/v1/orders?page=2`, { retry: { limit: 0 } })],
  ['ky', (p, { default: ky }) => ky(`http://127.0.0.1:${p.http}/v1/orders?page=2`, { retry: 0 })],
  ['ofetch', (p, { ofetch }) => ofetch(`http://127.0.0.1:${p.http}/v1/orders?page=2&sort=-created`, { retry: 0 })],
  [
    'node-fetch',
    (p, { default: f }) => f(`http://127.0.0.1:${p.closed}/v1/orders/3f2504e0-4f89-41d3-9a0c-0305e82c3301`),
  ],
  ['superagent', (p, { default: sa }) => sa.get(`http://127.0.0.1:${p.http}/v1/orders`)],
  ['urllib', (p, { default: urllib }) => urllib.request(`http://127.0.0.1:${p.openText}/v1`, { dataType: 'json' })],
  [
    'graphql-request',
    (p, { request }) =>
      request(`http://127.0.0.1:${p.http}`, 'query Orders($first: Int) { orders(first: $first) { id } }', {
        first: 10,
      }),
  ],
  ['graphql', (p, { parse }) => parse('{ orders(first: ) { id }')],
  [
    'graphql',
    (p, { graphqlSync, buildSchema }) => {
      throw graphqlSync({ schema: buildSchema('type Query { a: Int }'), source: '{ orders { id } }' }).errors[0]
    },
  ],
  ['ioredis', (p, { default: { Redis } }) => p.redisClient(Redis).call('NOTHING', 'orders:5', 'eu')],
  ['ioredis', (p, { default: { Redis } }) => p.redisClient(Redis).call('GET')],
  ['ioredis', (p, { default: { Redis } }) => p.redisClient(Redis).call('SET', 'a', 'b', 'NONSENSE')],
  ['ioredis', (p, { default: { Redis } }) => p.redisClient(Redis).call('EXPIRE', 'a', 'soon')],
  ['ioredis', (p, { default: { Redis } }) => p.redisClient(Redis).call('CONFIG', 'SET', 'maxmemory', 'much')],
  [
    'ioredis',
    (p, { default: { Redis } }) => p.redisClient(Redis).call('XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 'orders', '>'),
  ],
  ['ioredis', (p, { default: { Redis } }) => p.redisClient(Redis).eval('return nothing.x', 0)],
  [
    'ioredis',
    async (p, { default: { Redis } }) => {
      const client = p.redisClient(Redis)
      await client.call('SET', 'word', 'a')
      return client.call('INCR', 'word')
    },
  ],
  [
    'ioredis',
    async (p, { default: { Redis } }) => {
      const client = p.redisClient(Redis)
      await client.call('SET', 'word', 'a')
      return client.call('LPUSH', 'word', 'b')
    },
  ],
  [
    'ioredis',
    (p, { default: { Redis } }) =>
      new Redis({ port: p.closed, retryStrategy: null, maxRetriesPerRequest: 0 }).on('error', () => {}).ping(),
  ],
  [
    'redis',
    (p, { createClient }) =>
      p.withRedis(createClient, (client) => client.sendCommand(['OBJECT', 'NOTHING', 'orders:5'])),
  ],
  ['mysql2', (p, { default: mysql }) => p.withMysql(mysql, 'selct 1')],
  ['mysql2', (p, { default: mysql }) => p.withMysql(mysql, 'select * from orders')],
  ['mysql2', (p, { default: mysql }) => p.withMysql(mysql, 'select nothing')],
  [
    'mysql2',
    (p, { default: mysql }) =>
      p.withMysql(mysql, 'create temporary table d(id int primary key); insert into d values (1), (1)'),
  ],
  [
    'mysql2',
    (p, { default: mysql }) =>
      p.withMysql(mysql, 'create temporary table e(id int not null); insert into e values (null)'),
  ],
  [
    'mysql2',
    (p, { default: mysql }) =>
      p.withMysql(mysql, "create temporary table f(n varchar(3)); insert into f values ('longer than that')"),
  ],
  ['mysql2', (p, { default: mysql }) => p.withMysql(mysql, 'use nowhere')],
  ['mysql2', (p, { default: mysql }) => p.withMysql(mysql, 'select nowhere(1)')],
  [
    'mysql2',
    (p, { default: mysql }) =>
      failing(mysql.createConnection({ host: '127.0.0.1', port: p.mariadb, user: 'hale', password: 'wrong' })),
  ],
  ['mysql2', (p, { default: mysql }) => failing(mysql.createConnection({ host: '127.0.0.1', port: p.closed }))],
  ['mariadb', (p, { default: mariadb }) => p.withMariadb(mariadb, 'select * from orders where id = ?', [5])],
  ['mariadb', (p, { default: mariadb }) => p.withMariadb(mariadb, 'select ?')],
  [
    'mariadb',
    (p, { default: mariadb }) =>
      mariadb
        .createPool({ host: '127.0.0.1', port: p.closed, acquireTimeout: 300, initializationTimeout: 200 })
        .getConnection(),
  ],
  [
    'knex',
    (p, { default: knex }) =>
      knex({ client: 'pg', log: quietly, connection: p.postgresUrl })('orders')
        .where({ id: 5, status: 'paid' })
        .select('total'),
  ],
  [
    'knex',
    (p, { default: knex }) =>
      knex({ client: 'pg', log: quietly, connection: p.postgresUrl })('orders').insert({
        id: 5,
        total: 12.5,
        currency: 'EUR',
      }),
  ],
  [
    'knex',
    (p, { default: knex }) =>
      knex({ client: 'pg', log: quietly, connection: p.postgresUrl }).raw(
        "update orders set status = 'paid', total = 5 where id in (1, 2)",
      ),
  ],
  [
    'drizzle-orm',
    (p) => p.withDrizzle((db, tag) => db.execute(tag`select total from orders where id = ${5} and status = ${'paid'}`)),
  ],
  ['drizzle-orm', (p) => p.withDrizzle((db, tag) => db.execute(tag`select 1 from orders`))],
  [
    'sequelize',
    (p, { default: { Sequelize } }) =>
      new Sequelize(p.postgresUrl, { logging: false }).query('select total from orders where id = 5'),
  ],
  [
    'typeorm',
    async (p, { DataSource }) =>
      (await new DataSource({ type: 'postgres', url: p.postgresUrl }).initialize()).query(
        'select total from orders where id = $1',
        [5],
      ),
  ],
  [
    'kysely',
    (p, { Kysely, PostgresDialect }) =>
      p.withPool((pool) =>
        new Kysely({ dialect: new PostgresDialect({ pool }) }).selectFrom('orders').selectAll().execute(),
      ),
  ],
  ['postgres', (p, { default: postgres }) => postgres(p.postgresUrl, { max: 1 })`select * from orders where id = ${5}`],
  [
    'mongodb',
    (p, { MongoClient }) => new MongoClient(`mongodb://127.0.0.1:${p.closed}/?serverSelectionTimeoutMS=200`).connect(),
  ],
  ['mongodb', (p, { MongoClient }) => new MongoClient('mongodb://127.0.0.1/?maxPoolSize=many')],
  ['mongodb', (p, { MongoClient }) => new MongoClient('mongodb://127.0.0.1').db('a').collection('')],
  [
    'mongoose',
    (p, { default: mongoose }) =>
      new (
        mongoose.models.Order ??
        mongoose.model(
          'Order',
          new mongoose.Schema({
            total: { type: Number, required: true },
            at: Date,
            status: { type: String, enum: ['paid', 'open'] },
          }),
        )
      )({ at: 'soon', status: 'lost' }).validate(),
  ],
  ['amqplib', (p, { default: amqp }) => amqp.connect(`amqp://127.0.0.1:${p.closed}`)],
  [
    'kafkajs',
    (p, { default: { Kafka } }) =>
      new Kafka({ brokers: [`127.0.0.1:${p.closed}`], retry: { retries: 0 }, logLevel: 0, connectionTimeout: 500 })
        .admin()
        .connect(),
  ],
  [
    'cassandra-driver',
    (p, { default: cassandra }) =>
      new cassandra.Client({ contactPoints: [`127.0.0.1:${p.closed}`], localDataCenter: 'eu' }).connect(),
  ],
  ['nodemailer', (p, { default: mail }) => mail.createTransport({ host: '127.0.0.1', port: p.closed }).verify()],
  [
    'nodemailer',
    (p, { default: mail }) => mail.createTransport({ streamTransport: true }).sendMail({ from: 'a@b.test' }),
  ],
  ['ws', (p, { default: WebSocket }) => failing(new WebSocket(`ws://127.0.0.1:${p.http}/live`))],
  [
    '@grpc/grpc-js',
    async (p, { Client, credentials, Metadata }) => {
      const client = new Client(`127.0.0.1:${p.closed}`, credentials.createInsecure())
      await new Promise((_, reject) =>
        client.makeUnaryRequest(
          '/grpc.health.v1.Health/Check',
          (x) => x,
          (x) => x,
          Buffer.from(''),
          new Metadata(),
          { deadline: Date.now() + 500 },
          reject,
        ),
      )
    },
  ],
  [
    'zod',
    (p, { z }) =>
      z
        .object({ port: z.number().max(65_535), host: z.string().min(1), mode: z.enum(['dev', 'prod']) })
        .parse({ port: 99_999, host: '', mode: 'test' }),
  ],
  [
    'ajv',
    (p, { default: Ajv }) => {
      const ajv = new Ajv({ allErrors: true })
      ajv.validate(
        { type: 'object', required: ['port'], properties: { host: { type: 'string', minLength: 3 } } },
        { host: 'a' },
      )
      throw new Error(ajv.errorsText())
    },
  ],
  [
    'joi',
    (p, { default: Joi }) =>
      Joi.attempt({ port: 'many', host: '' }, Joi.object({ port: Joi.number().port(), host: Joi.string() }), {
        abortEarly: false,
      }),
  ],
  ['valibot', (p, v) => v.parse(v.object({ port: v.number() }), { port: 'many' })],
  ['yup', (p, { object, number }) => object({ port: number().required() }).validate({ port: 'many' })],
  ['superstruct', (p, { assert, object, number }) => assert({ port: 'many' }, object({ port: number() }))],
  [
    'arktype',
    (p, { type }) => type({ port: 'number < 65536', mode: "'dev'|'prod'" }).assert({ port: 99_999, mode: 'test' }),
  ],
  [
    'convict',
    (p, { default: convict }) =>
      convict({ port: { format: 'port', default: 1, env: 'PORT' } })
        .load({ port: 99_999 })
        .validate(),
  ],
  [
    'envalid',
    (p, { cleanEnv, num }) =>
      cleanEnv(
        { PORT: 'many' },
        { PORT: num() },
        {
          reporter: ({ errors }) => {
            throw Object.values(errors)[0]
          },
        },
      ),
  ],
  [
    'js-yaml',
    (p, { default: yaml, load = yaml.load }) => load('services:\n  web:\n    image: app:1\n   ports:\n    - 8080'),
  ],
  ['yaml', (p, { parse }) => parse('a: 1\na: 2')],
  ['smol-toml', (p, { parse }) => parse('port = many')],
  ['fast-xml-parser', (p, { XMLParser }) => new XMLParser().parse('<a><b></a>', true)],
  ['csv-parse', (p, { parse }) => new Promise((_, reject) => parse('id,total\n1,2,3\n', { columns: true }, reject))],
  [
    'commander',
    (p, { Command }) =>
      new Command()
        .exitOverride()
        .configureOutput({ writeErr() {} })
        .option('--port <n>')
        .parse(['node', 'x', '--prot', '80']),
  ],
  ['jsonwebtoken', (p, { default: jwt }) => jwt.verify('a.b.c', 'x')],
  ['jsonwebtoken', (p, { default: jwt }) => jwt.verify(jwt.sign({}, 'x', { expiresIn: -5 }), 'x')],
  ['jose', (p, { jwtVerify }) => jwtVerify('a.b.c', new Uint8Array(32))],
  ['isomorphic-git', async (p, { default: git }) => git.log({ fs: await import('node:fs'), dir: '/nonexistent/repo' })],
  ['simple-git', (p, { simpleGit }) => simpleGit('/tmp').raw('show', 'no-such-revision')],
]
