// What makes real clients throw with a secret in hand. Each entry: the package, what is done, and a function of the secret,
// the places to reach and the loaded package. Untyped on purpose: misuse is half of it.

const bad = encodeURIComponent
const quietly = { error() {}, warn() {}, info() {}, log() {}, debug() {} }

/** Resolves never; rejects with the first error that the emitter tells. */
const failing = (emitter, event = 'error') => new Promise((_, reject) => emitter.on(event, reject))

/** @type {readonly (readonly [client: string, what: string, provoke: (...given: readonly any[]) => unknown])[]} */
export const first = [
  ['node:url', 'a URL with a port that is none', (s) => new URL(`postgres://app:${s}@db.internal:99999/shop`)],
  ['node:url', 'a URL with a space', (s) => new URL(`amqp://app:${s}@mq internal/`)],
  ['node:url', 'a base that is none', (s) => new URL('/x', `api_key=${s}`)],
  [
    'node:url',
    'a legacy parse of a bad host',
    async (s) => (await import('node:url')).default.parse(`http://app:${s}@[bad/`),
  ],
  ['fetch', 'credentials in the URL', (s, p) => fetch(`http://app:${s}@127.0.0.1:${p.closed}/`)],
  ['fetch', 'a URL that is none', (s) => fetch(`http://app:${s}@127.0.0.1:99999/`)],
  ['fetch', 'a relative URL with a token', (s) => fetch(`/v1/orders?access_token=${s}`)],
  [
    'fetch',
    'a header value with a line break',
    (s, p) => fetch(`http://127.0.0.1:${p.closed}/`, { headers: { authorization: `Bearer ${s}\n x` } }),
  ],
  ['fetch', 'a header with a letter beyond Latin-1', (s) => new Headers({ 'x-api-key': `${s}–` })],
  ['fetch', 'an appended cookie with a line break', (s) => new Headers().append('cookie', `sid=${s}\r\nx: y`)],
  [
    'fetch',
    'a basic header with a line break',
    (s) => new Headers([['authorization', `Basic ${btoa(`app:${s}`)}\nx`]]),
  ],
  ['fetch', 'a redirect to nowhere', (s) => Response.redirect(`http://app:${s}@[nowhere/`)],
  ['fetch', 'a Request with credentials', (s) => new Request(`https://app:${s}@api.internal/v1`)],
  ['fetch', 'a WebSocket with a bad URL', (s) => new WebSocket(`wss://app:${s}@[::1/socket`)],
  [
    'node:http',
    'a path with a space',
    async (s) => (await import('node:http')).request({ path: `/v1?api_key=${s} x` }),
  ],
  [
    'node:http',
    'a closed port, inspected with its options',
    async (s, p) => {
      const http = await import('node:http')
      const request = http.get({ port: p.closed, auth: `app:${s}`, headers: { 'x-api-key': s } })
      await failing(request).catch((error) => {
        throw Object.assign(error, {
          options: { host: '127.0.0.1', port: p.closed, auth: `app:${s}`, headers: { 'x-api-key': s } },
        })
      })
    },
  ],
  ['JSON.parse', 'a config that is not quite JSON', (s) => JSON.parse(`{"password":"${s}",}`)],
  ['JSON.parse', 'a token where JSON was expected', (s) => JSON.parse(`token=${s}`)],
  [
    'node:child_process',
    'a curl with basic authentication',
    (s, p) => p.exec(`curl -sf -u app:${s} http://127.0.0.1:${p.closed}/`),
  ],
  [
    'node:child_process',
    'a curl with a bearer token',
    (s, p) => p.exec(`curl -sf -H "Authorization: Bearer ${s}" http://127.0.0.1:${p.closed}/`),
  ],
  [
    'node:child_process',
    'a curl with a header key',
    (s, p) => p.exec(`curl -sf -H 'X-Api-Key: ${s}' http://127.0.0.1:${p.closed}/`),
  ],
  [
    'node:child_process',
    'a psql with a URL',
    (s, p) => p.exec(`psql postgres://app:${s}@127.0.0.1:${p.closed}/shop -c 'select 1'`),
  ],
  [
    'node:child_process',
    'a psql with PGPASSWORD',
    (s, p) => p.exec(`PGPASSWORD=${s} psql -h 127.0.0.1 -p ${p.closed} -U app -c 'select 1'`),
  ],
  ['node:child_process', 'a redis-cli with -a', (s, p) => p.exec(`redis-cli -h 127.0.0.1 -p ${p.closed} -a ${s} ping`)],
  [
    'node:child_process',
    'a mysql with -p',
    (s, p) => p.exec(`mysql -h 127.0.0.1 -P ${p.closed} -uapp -p${s} -e 'select 1'`),
  ],
  [
    'node:child_process',
    'a program with --password=',
    (s, p) => p.exec(`false --user=app --password=${s} --host=127.0.0.1`),
  ],
  [
    'node:child_process',
    'a program with --password and a space',
    (s, p) => p.exec(`false --user app --password ${s} --host 127.0.0.1`),
  ],
  ['node:child_process', 'a program with --token', (s, p) => p.exec(`false login --token ${s} 127.0.0.1`)],
  ['node:child_process', 'a program with --api-key', (s, p) => p.exec(`false deploy --api-key ${s} --to 127.0.0.1`)],
  [
    'node:child_process',
    'a git clone with a token',
    (s, p) => p.exec(`git clone https://${s}@127.0.0.1:${p.closed}/a/b.git /nonexistent/x`),
  ],
  [
    'node:child_process',
    'a git clone with oauth2',
    (s, p) => p.exec(`git clone http://oauth2:${s}@127.0.0.1:${p.closed}/a.git /nonexistent/x`),
  ],
  [
    'node:child_process',
    'a spawn with arguments',
    (s, p) => p.execFile('no-such-program', ['--password', s, '--host', '127.0.0.1']),
  ],
  [
    'node:child_process',
    'a spawn with a DSN',
    (s, p) => p.execFile('no-such-program', ['--dsn', `postgres://app:${s}@127.0.0.1:5432/shop`]),
  ],
  [
    'node:child_process',
    'a wget with a password',
    (s, p) => p.exec(`wget -q --http-user=app --http-password=${s} http://127.0.0.1:${p.closed}/`),
  ],
  [
    'node:child_process',
    'an openssl with a passphrase',
    (s, p) => p.exec(`openssl rsa -in /nonexistent.key -passin pass:${s}`),
  ],
  [
    'node:assert',
    'a comparison of configurations',
    async (s) =>
      (await import('node:assert')).deepStrictEqual({ host: '127.0.0.1', password: s }, { host: '127.0.0.1' }),
  ],
  [
    'node:util',
    'an inspected configuration in an error',
    (s) => {
      throw new Error('cannot connect', { cause: { host: '127.0.0.1', user: 'app', password: s } })
    },
  ],

  [
    'pg',
    'a wrong password, with its client',
    async (s, p, { default: { Client } }) => {
      const client = new Client({
        host: '127.0.0.1',
        port: p.postgres,
        user: 'hale',
        password: s,
        database: 'postgres',
      })
      await client.connect().catch((error) => {
        throw Object.assign(error, {
          client: { connectionParameters: { ...client.connectionParameters, password: s } },
        })
      })
    },
  ],
  [
    'pg',
    'a connection string that is no URL',
    (s, p, { default: { Client } }) => new Client(`postgres://app:${s}@127.0.0.1:port/shop`),
  ],
  [
    'pg',
    'a connection string with a stray slash',
    (s, p, { default: { Client } }) => new Client(`postgres://app:/${s}@127.0.0.1:x/shop`),
  ],
  [
    'pg',
    'a unique key',
    (s, p) => p.sql('create temp table accounts(api_token text unique); insert into accounts values ($1), ($1)', s),
  ],
  [
    'pg',
    'a database of a secret name',
    async (s, p, { default: { Client } }) =>
      new Client(`postgres://hale:harness-password@127.0.0.1:${p.postgres}/password=${s}`).connect(),
  ],
  ['pg', 'a syntax error in ALTER ROLE', (s, p) => p.sql(`alter role hale with passwort = '${s}'`)],
  [
    'pg',
    'options unknown to the server',
    async (s, p, { default: { Client } }) =>
      new Client({
        connectionString: `postgres://hale:harness-password@127.0.0.1:${p.postgres}/postgres`,
        options: `-c secret_token=${s}`,
      }).connect(),
  ],
  [
    'pg',
    'a dblink',
    (s, p) =>
      p.sql(
        `create extension if not exists dblink; select * from dblink('host=127.0.0.1 port=1 user=app password=${s} dbname', 'select 1') as t(a int)`,
      ),
  ],
  [
    'pg-promise',
    'a connection string that is no URL',
    (s, p, { default: pgp }) =>
      pgp({ noLocking: true, noWarnings: true })(`postgres://app:${s}@127.0.0.1:port/shop`).connect(),
  ],
  ['pg-promise', 'a wrong format', (s, p, { default: pgp }) => pgp.as.format('select ${missing}', { password: s })],
  [
    'postgres',
    'a wrong password',
    (s, p, { default: postgres }) =>
      postgres(`postgres://hale:${s}@127.0.0.1:${p.postgres}/postgres`, { max: 1 })`select 1`,
  ],
  ['postgres', 'a bad URL', (s, p, { default: postgres }) => postgres(`postgres://app:${s}@127.0.0.1:port/shop`)],
  [
    'postgres',
    'a failed query with parameters',
    (s, p, { default: postgres }) => {
      const sql = postgres(`postgres://hale:harness-password@127.0.0.1:${p.postgres}/postgres`, { max: 1, debug: true })
      return sql`select ${s}::int as password`
    },
  ],
  [
    'knex',
    'a wrong password',
    (s, p, { default: knex }) =>
      knex({
        client: 'pg',
        log: quietly,
        connection: { host: '127.0.0.1', port: p.postgres, user: 'hale', password: s },
      }).raw('select 1'),
  ],
  [
    'knex',
    'a failed insert with bindings',
    (s, p, { default: knex }) =>
      knex({ client: 'pg', log: quietly, connection: p.postgresUrl }).raw(
        `insert into nowhere(password) values ('password=${s}')`,
      ),
  ],
  [
    'knex',
    'a failed update',
    (s, p, { default: knex }) =>
      knex({ client: 'pg', log: quietly, connection: p.postgresUrl })('nowhere').update({ note: `token=${s}` }),
  ],
  [
    'knex',
    'a bad connection string',
    (s, p, { default: knex }) =>
      knex({ client: 'pg', log: quietly, connection: `postgres://app:${s}@127.0.0.1:port/x` }).raw('select 1'),
  ],
  [
    'sequelize',
    'a wrong password',
    (s, p, { default: { Sequelize } }) =>
      new Sequelize(`postgres://hale:${s}@127.0.0.1:${p.postgres}/postgres`, { logging: false }).authenticate(),
  ],
  [
    'sequelize',
    'a failed query',
    (s, p, { default: { Sequelize } }) =>
      new Sequelize(p.postgresUrl, { logging: false }).query(`select * from nowhere where api_key = '${s}'`),
  ],
  [
    'sequelize',
    'a bad URL',
    (s, p, { default: { Sequelize } }) => new Sequelize(`postgres://app:${s}@127.0.0.1:port/x`),
  ],
  [
    'sequelize',
    'parameters',
    (s, p, { default: { Sequelize } }) =>
      new Sequelize(p.postgresUrl, { logging: false }).query('insert into nowhere(password) values (:password)', {
        replacements: { password: s },
      }),
  ],
  [
    'typeorm',
    'a failed query with parameters',
    async (s, p, { DataSource }) =>
      (await new DataSource({ type: 'postgres', url: p.postgresUrl }).initialize()).query(
        `select * from nowhere where token = '${s}'`,
      ),
  ],
  [
    'typeorm',
    'a wrong password',
    (s, p, { DataSource }) =>
      new DataSource({ type: 'postgres', url: `postgres://hale:${s}@127.0.0.1:${p.postgres}/postgres` }).initialize(),
  ],
  [
    'mysql2',
    'a closed port, with its configuration',
    async (s, p, { default: mysql }) => {
      const connection = mysql.createConnection(`mysql://app:${s}@127.0.0.1:${p.closed}/shop`)
      await failing(connection).catch((error) => {
        throw Object.assign(error, {
          config: { host: connection.config.host, user: 'app', password: connection.config.password },
        })
      })
    },
  ],
  ['mysql2', 'a bad URL', (s, p, { default: mysql }) => mysql.createConnection(`mysql://app:${s}@127.0.0.1:port/shop`)],
  ['mysql2', 'a URL of another kind', (s, p, { default: mysql }) => mysql.createPool(`app:${s}@127.0.0.1/shop`)],
  [
    'mariadb',
    'a closed port',
    (s, p, { default: mariadb }) =>
      mariadb.createConnection({ host: '127.0.0.1', port: p.closed, user: 'app', password: s, connectTimeout: 1_000 }),
  ],
  [
    'mariadb',
    'a bad connection string',
    (s, p, { default: mariadb }) => mariadb.createConnection(`mariadb:/app:${s}@127.0.0.1:x`),
  ],
  [
    'mariadb',
    'a bad port',
    (s, p, { default: mariadb }) => mariadb.createPool(`mariadb://app:${s}@127.0.0.1:99999999/db`).getConnection(),
  ],
  [
    'tedious',
    'a configuration that is none',
    (s, p, { default: { Connection } }) =>
      new Connection({ server: '127.0.0.1', authentication: { type: `password=${s}` } }),
  ],
  [
    'ioredis',
    'a wrong password',
    (s, p, { default: { Redis } }) =>
      new Redis(`redis://:${s}@127.0.0.1:${p.redis}`, { maxRetriesPerRequest: 0, retryStrategy: null })
        .on('error', () => {})
        .call('AUTH', s),
  ],
  [
    'ioredis',
    'a wrong user',
    (s, p, { default: { Redis } }) =>
      new Redis({ port: p.redis, lazyConnect: true, retryStrategy: null }).call('AUTH', 'app', s),
  ],
  [
    'ioredis',
    'an unknown command',
    (s, p, { default: { Redis } }) => p.redisClient(Redis).call('AUTHX', `password=${s}`),
  ],
  [
    'ioredis',
    'a config that is none',
    (s, p, { default: { Redis } }) => p.redisClient(Redis).config('SET', 'requirepasss', s),
  ],
  [
    'ioredis',
    'a wrong ACL rule',
    (s, p, { default: { Redis } }) => p.redisClient(Redis).call('ACL', 'SETUSER', 'app', `password=${s}`),
  ],
  [
    'ioredis',
    'a failed HELLO',
    (s, p, { default: { Redis } }) => p.redisClient(Redis).call('HELLO', '3', 'AUTH', 'default', s),
  ],
  [
    'redis',
    'a wrong password',
    (s, p, { createClient }) =>
      createClient({ url: `redis://:${s}@127.0.0.1:${p.redis}`, socket: { reconnectStrategy: false } })
        .on('error', () => {})
        .connect(),
  ],
  ['redis', 'a bad URL', (s, p, { createClient }) => createClient({ url: `redis://:${s}@127.0.0.1:port` })],
  ['redis', 'a URL of another protocol', (s, p, { createClient }) => createClient({ url: `http://:${s}@127.0.0.1` })],
  [
    'bullmq',
    'a bad connection',
    (s, p, { Queue }) =>
      new Queue('mail', { connection: { url: `redis://:${s}@127.0.0.1:port` } }).on('error', () => {}).waitUntilReady(),
  ],
  ['mongodb', 'a scheme that is none', (s, p, { MongoClient }) => new MongoClient(`mongo://app:${s}@127.0.0.1`)],
  ['mongodb', 'an unescaped password', (s, p, { MongoClient }) => new MongoClient(`mongodb://app:${s}@@127.0.0.1`)],
  ['mongodb', 'a bad port', (s, p, { MongoClient }) => new MongoClient(`mongodb://app:${s}@127.0.0.1:999999/`)],
  ['mongodb', 'an unknown option', (s, p, { MongoClient }) => new MongoClient(`mongodb://127.0.0.1/?authToken=${s}`)],
  [
    'mongodb',
    'a closed port, with its options',
    async (s, p, { MongoClient }) => {
      const client = new MongoClient(`mongodb://app:${s}@127.0.0.1:${p.closed}/?serverSelectionTimeoutMS=200`)
      await client.connect().catch((error) => {
        throw Object.assign(error, {
          url: client.s.url,
          credentials: { username: 'app', password: client.options.credentials.password },
        })
      })
    },
  ],
  [
    'mongodb',
    'a bad auth mechanism',
    (s, p, { MongoClient }) => new MongoClient(`mongodb://app:${s}@127.0.0.1/?authMechanism=NONE`),
  ],
  [
    'mongoose',
    'a bad URL',
    (s, p, { default: mongoose }) => mongoose.createConnection(`mongodb//app:${s}@127.0.0.1`).asPromise(),
  ],
  [
    'mongoose',
    'a validation',
    (s, p, { default: mongoose }) =>
      new (mongoose.models.Account ?? mongoose.model('Account', new mongoose.Schema({ password: { type: Number } })))({
        password: s,
      }).validate(),
  ],
  [
    'mongoose',
    'a validation of a cast token',
    (s, p, { default: mongoose }) =>
      new (mongoose.models.Hook ?? mongoose.model('Hook', new mongoose.Schema({ url: { type: String, enum: ['x'] } })))(
        { url: `https://app:${s}@127.0.0.1/` },
      ).validate(),
  ],
  ['amqplib', 'a protocol that is none', (s, p, { default: amqp }) => amqp.connect(`http://app:${s}@127.0.0.1`)],
  ['amqplib', 'a bad URL', (s, p, { default: amqp }) => amqp.connect(`amqp://app:${s}@127.0.0.1:port`)],
  [
    'amqplib',
    'a closed port, with its options',
    (s, p, { default: amqp }) =>
      amqp
        .connect({ protocol: 'amqp', hostname: '127.0.0.1', port: p.closed, username: 'app', password: s })
        .catch((error) => {
          throw Object.assign(error, { options: { hostname: '127.0.0.1', username: 'app', password: s } })
        }),
  ],
  [
    'nodemailer',
    'a refused login',
    (s, p, { default: mail }) =>
      mail.createTransport({ host: '127.0.0.1', port: p.smtp, auth: { user: 'app', pass: s } }).verify(),
  ],
  [
    'nodemailer',
    'a refused login by URL, with its options',
    async (s, p, { default: mail }) => {
      const t = mail.createTransport(`smtp://app:${s}@127.0.0.1:${p.smtp}`)
      await t.verify().catch((error) => {
        throw Object.assign(error, { transporter: { options: t.options } })
      })
    },
  ],
  [
    'nodemailer',
    'an OAuth2 token',
    (s, p, { default: mail }) =>
      mail
        .createTransport({
          host: '127.0.0.1',
          port: p.smtp,
          auth: { type: 'OAuth2', user: 'a@b.test', accessToken: s },
        })
        .verify(),
  ],
  [
    'nodemailer',
    'a bad URL',
    (s, p, { default: mail }) => mail.createTransport(`smtp://app:${s}@127.0.0.1:port`).verify(),
  ],
  ['mqtt', 'a protocol that is none', (s, p, { default: mqtt }) => mqtt.connect(`xmqtt://app:${s}@127.0.0.1`)],
  [
    'mqtt',
    'a closed port, with its options',
    async (s, p, { default: mqtt }) => {
      const c = mqtt.connect(`mqtt://app:${s}@127.0.0.1:${p.closed}`, { reconnectPeriod: 0 })
      await failing(c).catch((error) => {
        throw Object.assign(error, {
          options: { href: c.options.href, username: c.options.username, password: c.options.password },
        })
      })
    },
  ],
  ['mqtt', 'a bad URL', (s, p, { default: mqtt }) => mqtt.connect(`mqtt://app:${s}@127.0.0.1:port`)],
  [
    '@nats-io/transport-node',
    'a bad server',
    (s, p, { connect }) => connect({ servers: `nats://app:${s}@127.0.0.1:port`, reconnect: false }),
  ],
  [
    '@nats-io/transport-node',
    'a closed port',
    (s, p, { connect }) =>
      connect({ servers: `nats://127.0.0.1:${p.closed}`, token: s, reconnect: false }).catch((error) => {
        throw Object.assign(error, { options: { token: s, servers: '127.0.0.1' } })
      }),
  ],
  [
    '@platformatic/kafka',
    'a bad configuration',
    (s, p, { Producer }) =>
      new Producer({
        clientId: 'a',
        bootstrapBrokers: ['127.0.0.1:9092'],
        sasl: { mechanism: `PLAIN:${s}`, username: 'app', password: s },
      }),
  ],
  [
    'undici',
    'a bad header',
    (s, p, { request }) => request(`http://127.0.0.1:${p.closed}/`, { headers: { 'x-api-key': `${s}\n` } }),
  ],
  ['undici', 'a bad URL', (s, p, { request }) => request(`http://app:${s}@127.0.0.1:99999`)],
  ['undici', 'a path', (s, p, { Client }) => new Client(`http://app:${s}@127.0.0.1:${p.closed}/path`)],
  ['undici', 'a proxy', (s, p, { ProxyAgent }) => new ProxyAgent(`http://app:${s}@127.0.0.1:99999`)],
  [
    'axios',
    'a refused request',
    (s, p, { default: axios }) => axios.get(`http://127.0.0.1:${p.http}/x`, { auth: { username: 'app', password: s } }),
  ],
  [
    'axios',
    'a closed port with a key',
    (s, p, { default: axios }) =>
      axios.get(`http://127.0.0.1:${p.closed}/x`, { headers: { 'X-Api-Key': s, Accept: '*/*' } }),
  ],
  [
    'axios',
    'a closed port with a bearer',
    (s, p, { default: axios }) =>
      axios.post(`http://127.0.0.1:${p.closed}/x`, { password: s }, { headers: { Authorization: `Bearer ${s}` } }),
  ],
  [
    'axios',
    'a URL with credentials',
    (s, p, { default: axios }) => axios.get(`http://app:${s}@127.0.0.1:${p.http}/x?token=${s}`),
  ],
  ['axios', 'a bad URL', (s, p, { default: axios }) => axios.get(`http://app:${s}@127.0.0.1:99999/`)],
  [
    'axios',
    'parameters',
    (s, p, { default: axios }) => axios.get(`http://127.0.0.1:${p.http}/x`, { params: { api_key: s } }),
  ],
  [
    'axios',
    'a form',
    (s, p, { default: axios }) =>
      axios.post(`http://127.0.0.1:${p.http}/token`, `grant_type=password&client_secret=${s}&x=1`),
  ],
  [
    'got',
    'a refused request',
    (s, p, { default: got }) => got(`http://app:${s}@127.0.0.1:${p.http}/x`, { retry: { limit: 0 } }),
  ],
  ['got', 'a bad URL', (s, p, { default: got }) => got(`http://app:${s}@127.0.0.1:99999/`)],
  [
    'got',
    'a token in the query',
    (s, p, { default: got }) => got(`http://127.0.0.1:${p.http}/x?access_token=${s}`, { retry: { limit: 0 } }),
  ],
  [
    'got',
    'a bad option',
    (s, p, { default: got }) => got(`http://127.0.0.1/`, { passwort: s, url: `https://app:${s}@x` }),
  ],
  ['node-fetch', 'a closed port', (s, p, { default: f }) => f(`http://127.0.0.1:${p.closed}/x?api_key=${s}`)],
  ['node-fetch', 'credentials in the URL', (s, p, { default: f }) => f(`http://app:${s}@127.0.0.1:${p.closed}/`)],
  [
    'node-fetch',
    'a bad header',
    (s, p, { default: f }) => f(`http://127.0.0.1:${p.closed}/`, { headers: { authorization: `Bearer ${s}\n` } }),
  ],
  ['node-fetch', 'a bad URL', (s, p, { default: f }) => f(`http://app:${s}@127.0.0.1:99999/`)],
  [
    'node-fetch',
    'a signed URL',
    (s, p, { default: f }) => f(`http://127.0.0.1:${p.closed}/bucket/o?X-Amz-Signature=${s}&x=1`),
  ],
  [
    'node-fetch',
    'a SAS token',
    (s, p, { default: f }) => f(`http://127.0.0.1:${p.closed}/c/b?sv=2024&sig=${bad(s)}&se=2026`),
  ],
  [
    'superagent',
    'a refused request',
    (s, p, { default: sa }) => sa.get(`http://127.0.0.1:${p.http}/x?token=${s}`).auth('app', s),
  ],
  [
    'superagent',
    'a closed port',
    (s, p, { default: sa }) => sa.get(`http://app:${s}@127.0.0.1:${p.closed}/x`).set('x-api-key', s),
  ],
  ['ky', 'a refused request', (s, p, { default: ky }) => ky(`http://127.0.0.1:${p.http}/x?token=${s}`, { retry: 0 })],
  [
    'ky',
    'a bearer refused',
    (s, p, { default: ky }) =>
      ky(`http://127.0.0.1:${p.http}/x`, { retry: 0, headers: { authorization: `Bearer ${s}` } }),
  ],
  [
    'ky',
    'a timeout',
    (s, p, { default: ky }) => ky(`http://127.0.0.1:${p.silent}/x?api_key=${s}`, { retry: 0, timeout: 100 }),
  ],
  ['needle', 'a bad URL', (s, p, { default: needle }) => needle('get', `http://app:${s}@127.0.0.1:99999/`)],
  [
    '@aws-sdk/client-s3',
    'a refused signature',
    (s, p, { S3Client, ListBucketsCommand }) =>
      new S3Client({
        endpoint: `http://127.0.0.1:${p.s3}`,
        region: 'eu',
        maxAttempts: 1,
        forcePathStyle: true,
        credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: s, sessionToken: s },
      }).send(new ListBucketsCommand({})),
  ],
  [
    '@aws-sdk/client-s3',
    'a bad endpoint',
    (s, p, { S3Client, ListBucketsCommand }) =>
      new S3Client({
        endpoint: `http://app:${s}@127.0.0.1:99999`,
        region: 'eu',
        maxAttempts: 1,
        credentials: { accessKeyId: 'a', secretAccessKey: s },
      }).send(new ListBucketsCommand({})),
  ],
  [
    '@aws-sdk/client-s3',
    'a session token with a line break',
    (s, p, { S3Client, ListBucketsCommand }) =>
      new S3Client({
        endpoint: `http://127.0.0.1:${p.closed}`,
        region: 'eu',
        maxAttempts: 1,
        credentials: { accessKeyId: 'a', secretAccessKey: s, sessionToken: `${s}\n` },
      }).send(new ListBucketsCommand({})),
  ],
  [
    'minio',
    'an end point that is none',
    (s, p, { Client }) => new Client({ endPoint: `http://app:${s}@127.0.0.1`, accessKey: 'a', secretKey: s }),
  ],
  [
    '@azure/storage-blob',
    'a bad connection string',
    (s, p, { BlobServiceClient }) =>
      BlobServiceClient.fromConnectionString(
        `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=${s};BlobEndpoint=http://127.0.0.1:99999/a`,
      ),
  ],
  [
    '@azure/storage-blob',
    'a closed port with a SAS',
    (s, p, { BlobServiceClient }) =>
      new BlobServiceClient(`http://127.0.0.1:${p.closed}/a?sv=2024&sig=${bad(s)}`, undefined, {
        retryOptions: { maxTries: 1 },
      }).getProperties(),
  ],
  [
    '@elastic/elasticsearch',
    'a refused request',
    (s, p, { Client }) => new Client({ node: `http://127.0.0.1:${p.http}`, auth: { apiKey: s }, maxRetries: 0 }).info(),
  ],
  [
    '@elastic/elasticsearch',
    'a closed port',
    (s, p, { Client }) => new Client({ node: `http://app:${s}@127.0.0.1:${p.closed}`, maxRetries: 0 }).info(),
  ],
  [
    '@elastic/elasticsearch',
    'a bad node',
    (s, p, { Client }) => new Client({ node: `http://app:${s}@127.0.0.1:99999` }),
  ],
  [
    '@clickhouse/client',
    'a bad URL',
    (s, p, { createClient }) => createClient({ url: `http://app:${s}@127.0.0.1:99999` }),
  ],
  [
    '@clickhouse/client',
    'an unknown parameter',
    (s, p, { createClient }) => createClient({ url: `http://127.0.0.1:8123?access_tokens=${s}` }),
  ],
  [
    '@influxdata/influxdb-client',
    'a refused token',
    (s, p, { InfluxDB }) =>
      new InfluxDB({ url: `http://127.0.0.1:${p.http}`, token: s }).getQueryApi('o').collectRows('x'),
  ],
  [
    '@influxdata/influxdb-client',
    'a bad URL',
    (s, p, { InfluxDB }) =>
      new InfluxDB({ url: `httpx://app:${s}@127.0.0.1`, token: s }).getQueryApi('o').collectRows('x'),
  ],
  [
    'neo4j-driver',
    'a scheme that is none',
    (s, p, { default: neo4j }) => neo4j.driver(`neo://app:${s}@127.0.0.1`, neo4j.auth.basic('app', s)),
  ],
  [
    'neo4j-driver',
    'a URL with a query',
    (s, p, { default: neo4j }) => neo4j.driver(`bolt://127.0.0.1?token=${s}`, neo4j.auth.basic('app', s)),
  ],
  ['ldapts', 'a bad URL', (s, p, { Client }) => new Client({ url: `ldapx://app:${s}@127.0.0.1` })],
  [
    'ssh2',
    'a bad key',
    (s, p, { default: { utils } }) => {
      const e = utils.parseKey(`-----BEGIN OPENSSH PRIVATE KEY-----\n${s}\n-----END OPENSSH PRIVATE KEY-----`)
      throw Object.assign(e, {
        privateKey: `-----BEGIN OPENSSH PRIVATE KEY-----\n${s}\n-----END OPENSSH PRIVATE KEY-----`,
      })
    },
  ],
  ['ws', 'a bad URL', (s, p, { default: WebSocket }) => new WebSocket(`http://app:${s}@[::1`)],
  ['ws', 'a bad fragment', (s, p, { default: WebSocket }) => new WebSocket(`ws://127.0.0.1/?token=${s}#x`)],
  ['ws', 'a bad protocol', (s, p, { default: WebSocket }) => new WebSocket(`ftp://app:${s}@127.0.0.1/`)],
  [
    'jsonwebtoken',
    'a payload that is none',
    (s, p, { default: jwt }) => jwt.sign(`token=${s}`, s, { expiresIn: '1h' }),
  ],
  [
    '@slack/web-api',
    'a refused token',
    (s, p, { WebClient }) =>
      new WebClient(`xoxb-${s}`, {
        slackApiUrl: `http://127.0.0.1:${p.http}/`,
        retryConfig: { retries: 0 },
        logger: { ...quietly, setLevel() {}, getLevel() {}, setName() {} },
      }).auth.test(),
  ],
  [
    'openai',
    'a refused key',
    (s, p, { default: OpenAI }) =>
      new OpenAI({ apiKey: `sk-${s}`, baseURL: `http://127.0.0.1:${p.openai}/v1`, maxRetries: 0 }).models.list(),
  ],
  [
    'stripe',
    'a refused key',
    (s, p, { default: Stripe }) =>
      new Stripe(`sk_test_${s}`, {
        host: '127.0.0.1',
        port: p.openai,
        protocol: 'http',
        maxNetworkRetries: 0,
      }).balance.retrieve(),
  ],
  [
    'stripe',
    'a key with a line break',
    (s, p, { default: Stripe }) =>
      new Stripe(`sk_test_${s}\n`, {
        host: '127.0.0.1',
        port: p.openai,
        protocol: 'http',
        maxNetworkRetries: 0,
      }).balance.retrieve(),
  ],
  [
    '@sendgrid/mail',
    'a key with a line break',
    (s, p, { default: mail }) => {
      mail.setApiKey(`SG.${s}\n`)
      return mail.send({ to: 'a@b.test', from: 'a@b.test', subject: 'x', text: 'x' })
    },
  ],
  [
    'joi',
    'a password against a pattern',
    (s, p, { default: Joi }) => Joi.attempt({ password: s }, Joi.object({ password: Joi.string().pattern(/^\d$/) })),
  ],
  [
    'joi',
    'a URL of another scheme',
    (s, p, { default: Joi }) =>
      Joi.attempt(
        { url: `postgres://app:${s}@127.0.0.1/x` },
        Joi.object({ url: Joi.string().uri({ scheme: 'https' }) }),
      ),
  ],
  [
    'convict',
    'a value of another type',
    (s, p, { default: convict }) =>
      convict({ password: { format: 'int', default: 1, env: 'X' } })
        .load({ password: s })
        .validate(),
  ],
  [
    'convict',
    'a URL of another type',
    (s, p, { default: convict }) =>
      convict({ database: { format: 'port', default: 1 } })
        .load({ database: `postgres://app:${s}@127.0.0.1/x` })
        .validate(),
  ],
  [
    'envalid',
    'a URL that is none',
    (s, p, { cleanEnv, url }) =>
      cleanEnv(
        { DATABASE_URL: `postgres//app:${s}@127.0.0.1:5432` },
        { DATABASE_URL: url() },
        {
          reporter: ({ errors }) => {
            throw Object.values(errors)[0]
          },
        },
      ),
  ],
  [
    'envalid',
    'a number that is none',
    (s, p, { cleanEnv, num }) =>
      cleanEnv(
        { API_TOKEN: s },
        { API_TOKEN: num() },
        {
          reporter: ({ errors }) => {
            throw Object.assign(new Error(`API_TOKEN: ${Object.values(errors)[0].message}`))
          },
        },
      ),
  ],
  [
    'simple-git',
    'a clone with a token',
    (s, p, { simpleGit }) => simpleGit().clone(`http://oauth2:${s}@127.0.0.1:${p.closed}/a.git`, '/nonexistent/y'),
  ],
  [
    'cassandra-driver',
    'a closed port',
    (s, p, { default: cassandra }) => {
      const o = {
        contactPoints: [`127.0.0.1:${p.closed}`],
        localDataCenter: 'a',
        credentials: { username: 'app', password: s },
      }
      return new cassandra.Client(o).connect().catch((error) => {
        throw Object.assign(error, { options: { contactPoints: o.contactPoints, credentials: o.credentials } })
      })
    },
  ],
  [
    '@grpc/grpc-js',
    'a bad metadata value',
    (s, p, { Metadata }) => new Metadata().set('authorization', `Bearer ${s}\n`),
  ],
  ['@grpc/grpc-js', 'a bad metadata key', (s, p, { Metadata }) => new Metadata().set(`x-token: ${s}`, 'x')],
  [
    'imapflow',
    'a closed port',
    async (s, p, { ImapFlow }) => {
      const o = { host: '127.0.0.1', port: p.closed, auth: { user: 'app', pass: s }, logger: false }
      await new ImapFlow(o).connect().catch((error) => {
        throw Object.assign(error, { options: o })
      })
    },
  ],
  [
    'basic-ftp',
    'a refused login',
    async (s, p, { Client }) => new Client(500).access({ host: '127.0.0.1', port: p.ftp, user: 'app', password: s }),
  ],
]
