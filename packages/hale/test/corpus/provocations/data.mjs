// Databases, object-relational mappers, brokers, mail, files.

const quietly = { error() {}, warn() {}, info() {}, log() {}, debug() {} }
const failing = (emitter, event = 'error') => new Promise((_, reject) => emitter.on(event, reject))
const sql = (what, text) => ['pg', what, (s, p) => p.sql(text(s), s)]

/** @type {readonly (readonly [client: string, what: string, provoke: (...given: readonly any[]) => unknown])[]} */
export const data = [
  sql('a number that is none', (s) => `select 'token=${s}'::int`),
  sql('a UUID that is none', (s) => `select 'api_key=${s}'::uuid`),
  sql('a date that is none', (s) => `select 'password=${s}'::date`),
  sql('JSON that is none', (s) => `select '{"password":"${s}",}'::json`),
  sql('a network address that is none', (s) => `select 'app:${s}@127.0.0.1:5432'::inet`),
  sql('a URL as a number', (s) => `select 'postgres://app:${s}@127.0.0.1/shop'::numeric`),
  sql('a column that is none', (s) => `select "token=${s}" from pg_class`),
  sql('a column after WHERE', (s) => `select 1 from pg_class where password = "${s}"`),
  sql('a syntax error at a token', (s) => `alter role hale password 'x' "token=${s}"`),
  sql('a role that is none', (s) => `set role "password=${s}"`),
  sql('a setting that is none', (s) => `set app.api_key to '${s}' x "secret=${s}"`),
  sql('an enumeration', (s) => `create type pg_temp.mood as enum ('a'); select 'secret=${s}'::pg_temp.mood`),
  sql('a raised exception', (s) =>
    `do $$ begin raise exception 'login with password=% failed', '${s}'\\; end $$`.replace('\\;', ';'),
  ),
  sql('a foreign server', (s) => `create server x foreign data wrapper dblink_fdw options (password '${s}')`),
  sql(
    'a subscription',
    (s) => `create subscription x connection 'host=127.0.0.1 port=1 user=app password=${s} dbname' publication y`,
  ),
  sql('a value too long', (s) => `create temp table t(a varchar(3)); insert into t values ('token=${s}')`),
  sql('an encoding', (s) => `select convert_from('x', 'secret=${s}')`),
  sql('a time zone', (s) => `set time zone 'token=${s}'`),
  sql('a bit string', (s) => `select B'password=${s}'`),
  sql('a path of COPY', (s) => `copy pg_class to '/nonexistent/token=${s}'`),
  sql('a program of COPY', (s) => `copy (select 1) to program 'false --password=${s}'`),
  sql('an XML that is none', (s) => `select xmlparse(document '<password>${s}')`),
  sql('a regular expression', (s) => `select 'a' ~ 'token=${s}('`),
  [
    'pg',
    'a host of a URL',
    (s, p, { default: { Client } }) => new Client({ host: `app:${s}@127.0.0.1`, port: 5432 }).connect(),
  ],
  [
    'pg',
    'a port of text',
    (s, p, { default: { Client } }) => new Client({ host: '127.0.0.1', port: `5432?password=${s}` }).connect(),
  ],
  [
    'pg',
    'a certificate of the URL',
    (s, p, { default: { Client } }) => new Client(`postgres://app:x@127.0.0.1/shop?sslcert=/nonexistent/token=${s}`),
  ],
  [
    'pg',
    'an ssl mode',
    (s, p, { default: { Client } }) =>
      new Client(`postgres://app:x@127.0.0.1:${p.closed}/shop?sslmode=password=${s}`).connect(),
  ],
  [
    'pg',
    'a password that is a function which throws',
    (s, p, { default: { Client } }) =>
      new Client({
        host: '127.0.0.1',
        port: p.postgres,
        user: 'hale',
        password: () => {
          throw new Error(`vault said: token=${s} has expired`)
        },
      }).connect(),
  ],
  [
    'pg',
    'a user that is none',
    (s, p, { default: { Client } }) =>
      new Client(`postgres://password=${s}:x@127.0.0.1:${p.postgres}/postgres`).connect(),
  ],
  [
    'pg',
    'a query of another type',
    (s, p, { default: { Client } }) => p.withPg(Client, (client) => client.query('select $1::int', [`token=${s}`])),
  ],
  [
    'pg',
    'too few parameters',
    (s, p, { default: { Client } }) =>
      p.withPg(Client, (client) => client.query(`select $1, $2 as "secret=${s}"`, [s])),
  ],
  [
    'postgres',
    'a number that is none',
    (s, p, { default: postgres }) => postgres(p.postgresUrl, { max: 1 })`select ${`token=${s}`}::int`,
  ],
  [
    'postgres',
    'an undefined parameter',
    (s, p, { default: postgres }) => postgres(p.postgresUrl, { max: 1 })`select ${undefined}, ${s} as password`,
  ],
  [
    'postgres',
    'a user that is none',
    (s, p, { default: postgres }) =>
      postgres(`postgres://password=${s}:x@127.0.0.1:${p.postgres}/postgres`, { max: 1 })`select 1`,
  ],
  [
    'postgres',
    'an unsafe query',
    (s, p, { default: postgres }) => postgres(p.postgresUrl, { max: 1 }).unsafe(`select "api_key=${s}"`),
  ],
  [
    'pg-promise',
    'a property that is none',
    (s, p, { default: pgp }) => pgp.as.format('${a^} ${b}', { a: `password=${s}` }),
  ],
  [
    'pg-promise',
    'a query that failed',
    (s, p, { default: pgp }) => pgp({ noLocking: true, noWarnings: true })(p.postgresUrl).none(`select "token=${s}"`),
  ],
  [
    'pg-promise',
    'a file that is none',
    (s, p, { default: pgp }) => {
      throw new pgp.QueryFile(`/nonexistent/token=${s}.sql`).error
    },
  ],
  [
    'pg-boss',
    'a bad URL',
    (s, p, { PgBoss, default: Boss = PgBoss }) => new Boss(`postgres://app:${s}@127.0.0.1:port/x`).start(),
  ],
  [
    'pg-boss',
    'a queue',
    (s, p, { PgBoss, default: Boss = PgBoss }) => new Boss(p.postgresUrl).send(`token=${s} x`, {}),
  ],
  [
    'knex',
    'a query with bindings',
    (s, p, { default: knex }) =>
      knex({ client: 'pg', log: quietly, connection: p.postgresUrl })('nowhere').where({ api_key: s }).select(),
  ],
  [
    'knex',
    'an insert of a row',
    (s, p, { default: knex }) =>
      knex({ client: 'pg', log: quietly, connection: p.postgresUrl })('nowhere').insert({ user: 'app', password: s }),
  ],
  [
    'knex',
    'a raw comparison',
    (s, p, { default: knex }) =>
      knex({ client: 'pg', log: quietly, connection: p.postgresUrl }).raw(
        `select * from nowhere where token = '${s}' and id = 5`,
      ),
  ],
  [
    'knex',
    'a raw update',
    (s, p, { default: knex }) =>
      knex({ client: 'pg', log: quietly, connection: p.postgresUrl }).raw(
        `update nowhere set password = '${s}', name = 'app' where id = 5`,
      ),
  ],
  [
    'knex',
    'an ALTER ROLE',
    (s, p, { default: knex }) =>
      knex({ client: 'pg', log: quietly, connection: p.postgresUrl }).raw(
        `alter role nobody_here with password '${s}'`,
      ),
  ],
  [
    'knex',
    'a CREATE USER',
    (s, p, { default: knex }) =>
      knex({ client: 'pg', log: quietly, connection: p.postgresUrl }).raw(
        `create user hale with encrypted password '${s}'`,
      ),
  ],
  [
    'knex',
    'an insert of several rows',
    (s, p, { default: knex }) =>
      knex({ client: 'pg', log: quietly, connection: p.postgresUrl }).raw(
        `insert into nowhere (id, token) values (1, 'a'), (2, '${s}')`,
      ),
  ],
  [
    'knex',
    'an insert with the secret in the middle',
    (s, p, { default: knex }) =>
      knex({ client: 'pg', log: quietly, connection: p.postgresUrl }).raw(
        `INSERT INTO accounts(id, password_hash, name) VALUES (5, '${s}', 'Bob')`,
      ),
  ],
  [
    'knex',
    'a function of a password',
    (s, p, { default: knex }) =>
      knex({ client: 'pg', log: quietly, connection: p.postgresUrl }).raw(`select crypt_password('${s}')`),
  ],
  [
    'knex',
    'undefined bindings',
    (s, p, { default: knex }) =>
      knex({ client: 'pg', connection: p.postgresUrl })('t').where({ token: undefined, password: s }).select(),
  ],
  ['knex', 'a client that is none', (s, p, { default: knex }) => knex({ client: `postgres://app:${s}@127.0.0.1/x` })],
  [
    'objection',
    'a validation',
    (s, p, { Model }) => {
      class A extends Model {
        static get tableName() {
          return 'a'
        }
        static get jsonSchema() {
          return { type: 'object', properties: { password: { type: 'integer' } } }
        }
      }
      return A.fromJson({ password: s })
    },
  ],
  [
    'objection',
    'an insert',
    (s, p, { Model }) =>
      p.withKnex((knex) => {
        class B extends Model {
          static get tableName() {
            return 'nowhere'
          }
        }
        return B.query(knex).insert({ api_key: s })
      }),
  ],
  [
    'kysely',
    'a failed query',
    (s, p, { Kysely, PostgresDialect, sql: tag }) =>
      p.withPool((pool) =>
        tag`select ${tag.lit(`token=${s}`)}::int`.execute(new Kysely({ dialect: new PostgresDialect({ pool }) })),
      ),
  ],
  [
    'kysely',
    'a column',
    (s, p, { Kysely, PostgresDialect }) =>
      p.withPool((pool) =>
        new Kysely({ dialect: new PostgresDialect({ pool }) }).selectFrom('pg_class').select(`secret=${s}`).execute(),
      ),
  ],
  [
    'drizzle-orm',
    'a query with parameters',
    async (s, p) => p.withDrizzle((db, tag) => db.execute(tag`select * from nowhere where password = ${s}`)),
  ],
  [
    'drizzle-orm',
    'a query with a literal',
    async (s, p) => p.withDrizzle((db, tag) => db.execute(tag.raw(`select * from nowhere where api_key = '${s}'`))),
  ],
  [
    'drizzle-orm',
    'an insert with parameters',
    async (s, p) => p.withDrizzle((db, tag) => db.execute(tag`insert into nowhere(id, token) values (${5}, ${s})`)),
  ],
  [
    'drizzle-orm',
    'an update with parameters',
    async (s, p) =>
      p.withDrizzle((db, tag) => db.execute(tag`update nowhere set secret = ${s}, name = ${'app'} where id = ${5}`)),
  ],
  [
    'drizzle-orm',
    'parameters without names',
    async (s, p) => p.withDrizzle((db, tag) => db.execute(tag`select nowhere(${s}, ${'eu'})`)),
  ],
  [
    'sequelize',
    'an insert',
    (s, p, { default: { Sequelize } }) =>
      new Sequelize(p.postgresUrl, { logging: false }).query(
        `insert into nowhere (name, secret) values ('app', '${s}')`,
      ),
  ],
  [
    'sequelize',
    'a missing replacement',
    (s, p, { default: { Sequelize } }) =>
      new Sequelize(p.postgresUrl, { logging: false }).query('select :token', {
        replacements: { [`password=${s}`]: s },
      }),
  ],
  [
    'sequelize',
    'a dialect',
    (s, p, { default: { Sequelize } }) => new Sequelize(`mongo://app:${s}@127.0.0.1/x`, { logging: false }),
  ],
  [
    'sequelize',
    'a validation',
    (s, p, { default: { DataTypes, Sequelize } }) =>
      new Sequelize(p.postgresUrl, { logging: false })
        .define('a', { token: { type: DataTypes.STRING, validate: { isIn: [['x']] } } })
        .build({ token: s })
        .validate(),
  ],
  [
    'sequelize',
    'a validation of a type',
    (s, p, { default: { DataTypes, Sequelize } }) =>
      new Sequelize(p.postgresUrl, { logging: false, typeValidation: true })
        .define('b', { password: DataTypes.INTEGER })
        .create({ password: s }),
  ],
  [
    'sequelize',
    'a custom validation',
    (s, p, { default: { DataTypes, Sequelize } }) =>
      new Sequelize(p.postgresUrl, { logging: false })
        .define('c', {
          apiKey: {
            type: DataTypes.STRING,
            validate: {
              good(value) {
                throw new Error(`apiKey: ${value} is not good`)
              },
            },
          },
        })
        .build({ apiKey: s })
        .validate(),
  ],
  [
    'typeorm',
    'an insert',
    async (s, p, { DataSource }) =>
      (await new DataSource({ type: 'postgres', url: p.postgresUrl }).initialize()).query(
        'insert into nowhere(password) values ($1)',
        [s],
      ),
  ],
  [
    'typeorm',
    'a driver',
    (s, p, { DataSource }) => new DataSource({ type: `postgres://app:${s}@127.0.0.1`, url: 'x' }).initialize(),
  ],
  [
    'typeorm',
    'an unsafe parameter',
    async (s, p, { DataSource }) =>
      (await new DataSource({ type: 'postgres', url: p.postgresUrl }).initialize()).query('select $1::int', [
        `token=${s}`,
      ]),
  ],
  [
    'mysql2',
    'a port',
    (s, p, { default: mysql }) => mysql.createConnection({ host: '127.0.0.1', port: `3306?password=${s}` }),
  ],
  [
    'mysql2',
    'an ssl profile',
    (s, p, { default: mysql }) => mysql.createConnection({ host: '127.0.0.1', port: p.closed, ssl: `password=${s}` }),
  ],
  [
    'mysql2',
    'a host of user and name',
    (s, p, { default: mysql }) =>
      failing(mysql.createConnection({ host: `app:${s}@db.invalid`, connectTimeout: 1_000 })),
  ],
  [
    'mysql2',
    'undefined bind parameters',
    (s, p, { default: mysql }) =>
      mysql.format('select ?', {
        toSqlString: () => {
          throw new TypeError(`password=${s} is not SQL`)
        },
      }),
  ],
  [
    'mysql2',
    'a wrong password',
    async (s, p, { default: mysql }) =>
      failing(mysql.createConnection(`mysql://nobody:${s}@127.0.0.1:${p.mariadb}/test`)),
  ],
  ['mysql2', 'a syntax error', async (s, p, { default: mysql }) => p.withMysql(mysql, `selct '${s}' as password`)],
  ['mysql2', 'a column that is none', async (s, p, { default: mysql }) => p.withMysql(mysql, `select \`token=${s}\``)],
  [
    'mysql2',
    'a duplicate',
    async (s, p, { default: mysql }) =>
      p.withMysql(
        mysql,
        `create temporary table a(api_token varchar(90) primary key) as select '${s}' as api_token union all select '${s}'`,
      ),
  ],
  [
    'mysql2',
    'a CREATE USER',
    async (s, p, { default: mysql }) => p.withMysql(mysql, `create user app@localhost identifed by '${s}'`),
  ],
  [
    'mysql2',
    'a number that is none',
    async (s, p, { default: mysql }) =>
      p.withMysql(
        mysql,
        `create temporary table b(a int) as select cast('password=${s}' as int) + convert('token=${s}', date) as a`,
      ),
  ],
  [
    'mysql2',
    'a value for a column',
    async (s, p, { default: mysql }) =>
      p.withMysql(mysql, `create temporary table c(password int); insert into c values ('${s}')`),
  ],
  [
    'mariadb',
    'a wrong password',
    (s, p, { default: mariadb }) =>
      mariadb.createConnection({ host: '127.0.0.1', port: p.mariadb, user: `app?password=${s}`, password: s }),
  ],
  [
    'mariadb',
    'a syntax error',
    (s, p, { default: mariadb }) => p.withMariadb(mariadb, `update t set password = '${s}' wehre id = 5`),
  ],
  [
    'mariadb',
    'a query with parameters',
    (s, p, { default: mariadb }) => p.withMariadb(mariadb, 'select * from nowhere where token = ? and id = ?', [s, 5]),
  ],
  [
    'mariadb',
    'named parameters',
    (s, p, { default: mariadb }) =>
      p.withMariadb(
        mariadb,
        { sql: 'insert into nowhere(password) values (:password)', namedPlaceholders: true },
        { password: s },
      ),
  ],
  [
    'mariadb',
    'too few parameters',
    (s, p, { default: mariadb }) => p.withMariadb(mariadb, 'select ?, ?', [`token=${s}`]),
  ],
  [
    'mariadb',
    'an option',
    (s, p, { default: mariadb }) => mariadb.createConnection({ host: '127.0.0.1', port: `3306;password=${s}` }),
  ],
  ['tedious', 'a server', (s, p, { default: { Connection } }) => new Connection({ server: { password: s } })],
  [
    'tedious',
    'a port',
    (s, p, { default: { Connection } }) =>
      new Connection({ server: '127.0.0.1', options: { port: `1433;Password=${s}` } }),
  ],
  [
    'tedious',
    'a closed port',
    async (s, p, { default: { Connection } }) => {
      const connection = new Connection({
        server: `app:${s}@db.invalid`,
        authentication: { type: 'default', options: { userName: 'sa', password: s } },
        options: { port: p.closed, connectTimeout: 1_000 },
      })
      connection.connect()
      await new Promise((_, reject) => connection.on('connect', reject))
    },
  ],
  [
    'mssql',
    'a connection string',
    (s, p, { default: mssql }) =>
      new mssql.ConnectionPool(`Server=127.0.0.1,port;User Id=sa;Password=${s};Database=shop`).connect(),
  ],
  [
    'mssql',
    'a URL',
    (s, p, { default: mssql }) => new mssql.ConnectionPool(`mssql://sa:${s}@127.0.0.1:99999/shop`).connect(),
  ],
  [
    'mssql',
    'a connection string without a value',
    (s, p, { default: mssql }) => mssql.ConnectionPool.parseConnectionString(`Password="${s};Server`),
  ],
  [
    'oracledb',
    'a connect string',
    (s, p, { default: oracledb }) =>
      oracledb.getConnection({ user: 'app', password: s, connectString: `app/${s}@127.0.0.1:x/shop` }),
  ],
  [
    'oracledb',
    'a connect string of a URL',
    (s, p, { default: oracledb }) =>
      oracledb.getConnection({ user: 'app', password: s, connectString: `tcps//app:${s}@127.0.0.1` }),
  ],
  [
    'oracledb',
    'a closed port',
    (s, p, { default: oracledb }) =>
      oracledb.getConnection({ user: 'app', password: s, connectString: `127.0.0.1:${p.closed}/shop?token=${s}` }),
  ],
  [
    'ioredis',
    'a URL as port',
    (s, p, { default: { Redis } }) =>
      new Redis({ port: `redis://:${s}@127.0.0.1`, lazyConnect: true, retryStrategy: null }).connect(),
  ],
  [
    'ioredis',
    'an unknown command with arguments',
    (s, p, { default: { Redis } }) => p.redisClient(Redis).call('LOGIN', 'app', s),
  ],
  [
    'ioredis',
    'a script',
    (s, p, { default: { Redis } }) => p.redisClient(Redis).eval(`return error('password=${s}')`, 0),
  ],
  [
    'ioredis',
    'a script that calls',
    (s, p, { default: { Redis } }) => p.redisClient(Redis).eval(`return redis.call('AUTHX', 'token=${s}')`, 0),
  ],
  [
    'ioredis',
    'a subcommand',
    (s, p, { default: { Redis } }) => p.redisClient(Redis).call('CONFIG', `requirepass=${s}`),
  ],
  [
    'ioredis',
    'a migration',
    (s, p, { default: { Redis } }) =>
      p.redisClient(Redis).call('MIGRATE', '127.0.0.1', '1', '', '0', '100', `AUTHX=${s}`, 'KEYS', 'a'),
  ],
  [
    'ioredis',
    'an unknown option of SET',
    (s, p, { default: { Redis } }) => p.redisClient(Redis).call('ACL', 'SETUSER', 'app', 'on', `>${s}`, `+@token=${s}`),
  ],
  [
    'ioredis',
    'a cluster node',
    (s, p, { default: { Cluster } }) =>
      new Cluster([`redis://:${s}@127.0.0.1:x`], { lazyConnect: true, clusterRetryStrategy: null }).connect(),
  ],
  [
    'redis',
    'an unknown command',
    (s, p, { createClient }) => p.withRedis(createClient, (client) => client.sendCommand(['LOGIN', `password=${s}`])),
  ],
  [
    'redis',
    'an argument of another type',
    (s, p, { createClient }) => p.withRedis(createClient, (client) => client.set('session', { token: s })),
  ],
  ['redis', 'a database', (s, p, { createClient }) => createClient({ url: `redis://:${s}@127.0.0.1:6379/shop` })],
  [
    'redis',
    'a socket of a URL',
    (s, p, { createClient }) =>
      createClient({ socket: { host: `app:${s}@cache.invalid`, reconnectStrategy: false } })
        .on('error', () => {})
        .connect(),
  ],
  ['bullmq', 'a queue name', (s, p, { Queue }) => new Queue(`mail:token=${s}`, { connection: { lazyConnect: true } })],
  [
    'bullmq',
    'a job id',
    (s, p, { Queue }) =>
      new Queue('mail', { connection: { url: p.redisUrl } }).add('a', {}, { jobId: `1:token=${s}:2` }),
  ],
  [
    'mongodb',
    'an option twice',
    (s, p, { MongoClient }) =>
      new MongoClient(`mongodb://127.0.0.1/?authMechanismProperties=SERVICE_NAME:${s},TOKEN_RESOURCE`),
  ],
  ['mongodb', 'a host without a name', (s, p, { MongoClient }) => new MongoClient(`mongodb://app:${s}@/shop`)],
  ['mongodb', 'a database name', (s, p, { MongoClient }) => new MongoClient(`mongodb://127.0.0.1/password=${s}.x`)],
  [
    'mongodb',
    'an srv with a port',
    (s, p, { MongoClient }) => new MongoClient(`mongodb+srv://app:${s}@127.0.0.1:27017/`),
  ],
  [
    'mongodb',
    'an srv name',
    (s, p, { MongoClient }) =>
      new MongoClient(`mongodb+srv://app:${s}@db.invalid/?serverSelectionTimeoutMS=200`).connect(),
  ],
  [
    'mongodb',
    'a read preference',
    (s, p, { MongoClient }) => new MongoClient(`mongodb://127.0.0.1/?readPreference=token=${s}`),
  ],
  [
    'mongodb',
    'a number that is none',
    (s, p, { MongoClient }) => new MongoClient(`mongodb://127.0.0.1/?maxPoolSize=secret=${s}`),
  ],
  [
    'mongodb',
    'an option object',
    (s, p, { MongoClient }) => new MongoClient('mongodb://127.0.0.1', { passwort: s, [`token=${s}`]: 1 }),
  ],
  [
    'mongodb',
    'a collection',
    (s, p, { MongoClient }) => new MongoClient('mongodb://127.0.0.1').db('a').collection(`$token=${s}`),
  ],
  [
    'mongoose',
    'a cast',
    (s, p, { default: mongoose }) =>
      new (
        mongoose.models.Key ?? mongoose.model('Key', new mongoose.Schema({ apiKey: { type: mongoose.Types.ObjectId } }))
      )({ apiKey: s }).validate(),
  ],
  [
    'mongoose',
    'a cast of a configuration',
    (s, p, { default: mongoose }) =>
      new (mongoose.models.Conf ?? mongoose.model('Conf', new mongoose.Schema({ secret: { type: String } })))({
        secret: { password: s },
      }).validate(),
  ],
  [
    'mongoose',
    'a pattern',
    (s, p, { default: mongoose }) =>
      new (
        mongoose.models.Pat ?? mongoose.model('Pat', new mongoose.Schema({ token: { type: String, match: /^\d+$/ } }))
      )({ token: s }).validate(),
  ],
  [
    'mongoose',
    'a length',
    (s, p, { default: mongoose }) =>
      new (
        mongoose.models.Len ?? mongoose.model('Len', new mongoose.Schema({ password: { type: String, maxlength: 3 } }))
      )({ password: s }).validate(),
  ],
  [
    'mongoose',
    'a query',
    (s, p, { default: mongoose }) =>
      (mongoose.models.Que ?? mongoose.model('Que', new mongoose.Schema({ token: Number })))
        .findOne({ token: s })
        .exec(),
  ],
  [
    'mongoose',
    'a strict mode',
    (s, p, { default: mongoose }) =>
      new (mongoose.models.Strict ?? mongoose.model('Strict', new mongoose.Schema({ a: String }, { strict: 'throw' })))(
        { [`password=${s}`]: 1 },
      ),
  ],
  ['amqplib', 'a scheme', (s, p, { default: amqp }) => amqp.connect(`amqpx://app:${s}@127.0.0.1`)],
  ['amqplib', 'a port', (s, p, { default: amqp }) => amqp.connect(`amqp://app:${s}@127.0.0.1:99999`)],
  ['amqplib', 'a refusal', (s, p, { default: amqp }) => amqp.connect(`amqp://app:${s}@127.0.0.1:${p.http}`)],
  [
    'amqplib',
    'a heartbeat',
    (s, p, { default: amqp }) => amqp.connect(`amqp://app:x@127.0.0.1:${p.closed}?heartbeat=password=${s}`),
  ],
  [
    'amqp-connection-manager',
    'a URL',
    async (s, p, { default: manager }) => {
      const connection = manager.connect([`amqp://app:${s}@127.0.0.1:${p.closed}`])
      await new Promise((_, reject) =>
        connection.on('connectFailed', ({ err, url }) => reject(new Error(`${err.message} for ${url}`))),
      )
    },
  ],
  [
    'rhea',
    'a closed port',
    async (s, p, { default: rhea }) => {
      const connection = rhea.connect({
        host: '127.0.0.1',
        port: p.closed,
        username: 'app',
        password: s,
        reconnect: false,
      })
      await new Promise((_, reject) =>
        connection.on('disconnected', ({ error }) => reject(Object.assign(error, { options: connection.options }))),
      )
    },
  ],
  [
    'rhea',
    'a URL as a port',
    (s, p, { default: rhea }) =>
      rhea.connect({ host: '127.0.0.1', port: `amqp://app:${s}@127.0.0.1`, reconnect: false }),
  ],
  [
    'kafkajs',
    'a broker',
    (s, p, { default: { Kafka } }) =>
      new Kafka({ brokers: [`app:${s}@127.0.0.1:9092`], retry: { retries: 0 }, logLevel: 0, connectionTimeout: 500 })
        .admin()
        .connect(),
  ],
  [
    'kafkajs',
    'a broker without a port',
    (s, p, { default: { Kafka } }) =>
      new Kafka({ brokers: [`kafka://app:${s}@127.0.0.1`], retry: { retries: 0 }, logLevel: 0, connectionTimeout: 500 })
        .admin()
        .connect(),
  ],
  [
    'kafkajs',
    'a mechanism',
    (s, p, { default: { Kafka } }) =>
      new Kafka({
        brokers: [`127.0.0.1:${p.silent}`],
        sasl: { mechanism: `plain password=${s}`, username: 'app', password: s },
        retry: { retries: 0 },
        logLevel: 0,
        connectionTimeout: 500,
        requestTimeout: 500,
      })
        .admin()
        .connect(),
  ],
  [
    'kafkajs',
    'a topic',
    (s, p, { default: { Kafka } }) =>
      new Kafka({ brokers: [`127.0.0.1:${p.closed}`], logLevel: 0 }).admin().createTopics({ topics: [`token=${s}`] }),
  ],
  [
    'mqtt',
    'a certificate',
    (s, p, { default: mqtt }) =>
      mqtt.connect(`mqtts://app:${s}@127.0.0.1`, { cert: `/nonexistent/token=${s}`, key: 'x' }),
  ],
  [
    'mqtt',
    'a topic',
    (s, p, { default: mqtt }) => {
      const client = mqtt.connect({ host: '127.0.0.1', port: p.closed, reconnectPeriod: 0 }).on('error', () => {})
      return new Promise((_, reject) => client.subscribe(`a/#/token=${s}`, reject))
    },
  ],
  [
    '@nats-io/transport-node',
    'an option',
    (s, p, { connect }) => connect({ servers: `127.0.0.1:${p.closed}`, port: 1, reconnect: false, name: `token=${s}` }),
  ],
  [
    '@nats-io/transport-node',
    'a server of several',
    (s, p, { connect }) => connect({ servers: [`nats://app:${s}@[::1`], reconnect: false }),
  ],
  [
    '@platformatic/kafka',
    'a broker',
    (s, p, { Admin }) =>
      new Admin({
        clientId: 'a',
        bootstrapBrokers: [`app:${s}@127.0.0.1:${p.closed}`],
        retries: 0,
        connectTimeout: 500,
      }).listTopics(),
  ],
  [
    'stompit',
    'a closed port',
    (s, p, { default: stompit }) =>
      new Promise((_, reject) =>
        stompit.connect({ host: '127.0.0.1', port: p.closed, connectHeaders: { login: 'app', passcode: s } }, (error) =>
          reject(Object.assign(error, { headers: { login: 'app', passcode: s } })),
        ),
      ),
  ],
  [
    'stompit',
    'an error frame',
    (s, p, { default: stompit }) =>
      new Promise((_, reject) =>
        stompit.connect({ host: '127.0.0.1', port: p.stomp, connectHeaders: { login: 'app', passcode: s } }, reject),
      ),
  ],
  [
    'memjs',
    'a server',
    (s, p, { Client }) =>
      Client.create(`app:${s}@127.0.0.1:${p.closed}`, { retries: 0, timeout: 0.3, logger: quietly }).get('a'),
  ],
  [
    'cassandra-driver',
    'a contact point',
    (s, p, { default: cassandra }) =>
      new cassandra.Client({ contactPoints: [`app:${s}@db.invalid`], localDataCenter: 'a' }).connect(),
  ],
  [
    'cassandra-driver',
    'an option',
    (s, p, { default: cassandra }) =>
      new cassandra.Client({ contactPoints: [`127.0.0.1:${p.closed}?password=${s}`], localDataCenter: 'a' }).connect(),
  ],
  ['neo4j-driver', 'a port', (s, p, { default: neo4j }) => neo4j.driver(`bolt://app:${s}@127.0.0.1:port`)],
  [
    'neo4j-driver',
    'a scheme of auth',
    (s, p, { default: neo4j }) => neo4j.driver(`bolt+ssc://127.0.0.1?password=${s}`, neo4j.auth.basic('app', s)),
  ],
  [
    'neo4j-driver',
    'a password of another type',
    (s, p, { default: neo4j }) => neo4j.driver('bolt://127.0.0.1', `basic app:${s}`),
  ],
  [
    '@elastic/elasticsearch',
    'a gateway that repeats',
    (s, p, { Client }) => new Client({ node: `http://127.0.0.1:${p.echo}`, auth: { apiKey: s }, maxRetries: 0 }).info(),
  ],
  [
    '@elastic/elasticsearch',
    'an option',
    (s, p, { Client }) => new Client({ cloud: { id: `cloud:${s}` }, auth: { password: s } }),
  ],
  [
    '@opensearch-project/opensearch',
    'a gateway that repeats',
    (s, p, { Client }) => new Client({ node: `http://app:${s}@127.0.0.1:${p.echo}`, maxRetries: 0 }).info(),
  ],
  [
    '@opensearch-project/opensearch',
    'a closed port',
    (s, p, { Client }) => new Client({ node: `http://app:${s}@127.0.0.1:${p.closed}`, maxRetries: 0 }).info(),
  ],
  [
    '@opensearch-project/opensearch',
    'a bad node',
    (s, p, { Client }) => new Client({ node: `http://app:${s}@127.0.0.1:99999` }),
  ],
  [
    '@clickhouse/client',
    'a gateway that repeats',
    (s, p, { createClient }) =>
      createClient({ url: `http://app:${s}@127.0.0.1:${p.echoText}` }).query({ query: `select '${s}' as password` }),
  ],
  [
    '@clickhouse/client',
    'a scheme',
    (s, p, { createClient }) => createClient({ url: `clickhouse://app:${s}@127.0.0.1` }),
  ],
  [
    '@clickhouse/client',
    'a path and a token',
    (s, p, { createClient }) =>
      createClient({ url: `http://127.0.0.1:${p.closed}`, request_timeout: { token: s }, [`password=${s}`]: 1 }),
  ],
  [
    'nodemailer',
    'a refused login',
    (s, p, { default: mail }) =>
      mail.createTransport({ host: '127.0.0.1', port: p.smtp, auth: { user: 'app', pass: s } }).verify(),
  ],
  [
    'nodemailer',
    'a refused plain login',
    (s, p, { default: mail }) =>
      mail
        .createTransport({ host: '127.0.0.1', port: p.smtp, authMethod: 'PLAIN', auth: { user: 'app', pass: s } })
        .sendMail({ from: 'a@b.test', to: 'a@b.test' }),
  ],
  [
    'nodemailer',
    'a host of a URL',
    (s, p, { default: mail }) => mail.createTransport({ host: `app:${s}@mail.invalid`, port: 25 }).verify(),
  ],
  [
    'nodemailer',
    'an attachment behind a token',
    (s, p, { default: mail }) =>
      mail.createTransport({ streamTransport: true, buffer: true }).sendMail({
        from: 'a@b.test',
        to: 'a@b.test',
        attachments: [{ href: `http://127.0.0.1:${p.http}/x?token=${s}` }],
      }),
  ],
  [
    'nodemailer',
    'an attachment that is not there',
    (s, p, { default: mail }) =>
      mail
        .createTransport({ streamTransport: true, buffer: true })
        .sendMail({ from: 'a@b.test', to: 'a@b.test', attachments: [{ path: `/nonexistent/token=${s}` }] }),
  ],
  [
    'imapflow',
    'a refused login',
    (s, p, { ImapFlow }) =>
      new ImapFlow({
        host: '127.0.0.1',
        port: p.imap,
        secure: false,
        auth: { user: 'app', pass: s },
        logger: false,
      }).connect(),
  ],
  [
    'ldapts',
    'a refused bind',
    (s, p, { Client }) =>
      new Client({ url: `ldap://app:${s}@127.0.0.1:${p.closed}`, connectTimeout: 500 }).bind('cn=app', s),
  ],
  ['ldapts', 'a filter', async (s, p, { FilterParser }) => FilterParser.parseString(`(&(userPassword=${s})(x`)],
  ['ldapjs', 'a URL', (s, p, { default: ldap }) => ldap.createClient({ url: `ldapx://app:${s}@127.0.0.1` })],
  [
    'ldapjs',
    'a URL with a port',
    (s, p, { default: ldap }) => ldap.createClient({ url: `ldap://app:${s}@127.0.0.1:port` }),
  ],
  ['ldapjs', 'a filter', (s, p, { default: ldap }) => ldap.parseFilter(`(userPassword=${s}`)],
  ['ldapjs', 'a DN', (s, p, { default: ldap }) => ldap.parseDN(`userPassword=${s},cn`)],
  [
    'basic-ftp',
    'a URL as host',
    (s, p, { Client }) => new Client(500).access({ host: `ftp://app:${s}@127.0.0.1`, user: 'app', password: s }),
  ],
  [
    'basic-ftp',
    'a server that repeats',
    (s, p, { Client }) =>
      new Client(500).access({ host: '127.0.0.1', port: p.ftp, user: `app token=${s}`, password: 'x' }),
  ],
  [
    'basic-ftp',
    'a command with a line break',
    async (s, p, { Client }) => {
      const client = new Client(500)
      await client.connect('127.0.0.1', p.ftp)
      return client.send(`PASS ${s}\r\nX`)
    },
  ],
  [
    'ssh2',
    'a key of another kind',
    (s, p, { default: { Client } }) =>
      new Client().connect({ host: '127.0.0.1', username: 'app', privateKey: `password=${s}` }),
  ],
  [
    'ssh2',
    'an algorithm',
    (s, p, { default: { Client } }) =>
      new Client().connect({ host: '127.0.0.1', username: 'app', password: s, algorithms: { cipher: [`token=${s}`] } }),
  ],
  [
    'ssh2-sftp-client',
    'a host of a URL',
    (s, p, { default: Sftp }) =>
      new Sftp().connect({ host: `app:${s}@files.invalid`, username: 'app', password: s, retries: 0 }),
  ],
  [
    'ssh2-sftp-client',
    'a key of another kind',
    (s, p, { default: Sftp }) =>
      new Sftp().connect({ host: '127.0.0.1', username: 'app', privateKey: `passphrase=${s}`, retries: 0 }),
  ],
  [
    'simple-git',
    'a push',
    (s, p, { simpleGit }) => simpleGit().push(`http://app:${s}@127.0.0.1:${p.closed}/a.git`, 'main'),
  ],
  [
    'simple-git',
    'a remote',
    (s, p, { simpleGit }) => simpleGit().listRemote([`https://${s}@127.0.0.1:${p.closed}/a.git`]),
  ],
  ['simple-git', 'a config', (s, p, { simpleGit }) => simpleGit().raw('config', '--token', s)],
]
