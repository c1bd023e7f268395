// Validators and parsers that show the value they refuse, and Node's own functions that do.

const config = (s) => ({ host: '127.0.0.1', port: 5432, user: 'app', password: s })

/** @type {readonly (readonly [client: string, what: string, provoke: (...given: readonly any[]) => unknown])[]} */
export const values = [
  ['JSON.parse', 'a password in single quotes', (s) => JSON.parse(`{"password":'${s}'}`)],
  ['JSON.parse', 'an environment file', (s) => JSON.parse(`API_KEY=${s}\nHOST=127.0.0.1`)],
  ['JSON.parse', 'a bearer value', (s) => JSON.parse(`Bearer ${s}`)],
  ['JSON.parse', 'a URL', (s) => JSON.parse(`postgres://app:${s}@127.0.0.1/shop`)],
  ['JSON.parse', 'a value without its end', (s) => JSON.parse(`{"user":"app","password":"${s}`)],
  ['JSON.parse', 'a comma too much', (s) => JSON.parse(`{"apiKey":"${s}",,"host":"127.0.0.1"}`)],
  ['node:fs', 'a path with a token', async (s) => (await import('node:fs')).readFileSync(`/nonexistent/token=${s}/x`)],
  [
    'node:fs',
    'a connection string as path',
    async (s) => (await import('node:fs')).readFileSync(`postgres://app:${s}@127.0.0.1:5432/shop`),
  ],
  [
    'node:fs',
    'a query of a file URL',
    async (s) => (await import('node:fs')).openSync(`/nonexistent/data.db?cipher=sqlcipher&key=${s}`),
  ],
  [
    'node:fs',
    'a path of a key',
    async (s) => (await import('node:fs')).readFileSync(`-----BEGIN PRIVATE KEY-----\n${s}\n-----END PRIVATE KEY-----`),
  ],
  ['node:module', 'an import of a URL', (s) => import(`https://app:${s}@127.0.0.1/module.mjs`)],
  ['node:module', 'an import of a bad specifier', (s) => import(`no-such-package/token=${s}`)],
  ['node:module', 'an unknown scheme', (s) => import(`s3://bucket/x.mjs?X-Amz-Signature=${s}`)],
  [
    'node:http',
    'a header with a line break',
    async (s) =>
      (await import('node:http')).request({ host: '127.0.0.1', headers: { authorization: `Bearer ${s}\n` } }),
  ],
  [
    'node:http',
    'a method with a token',
    async (s) => (await import('node:http')).request({ host: '127.0.0.1', method: `GET /?token=${s}` }),
  ],
  ['node:http', 'a protocol that is none', async (s) => (await import('node:http')).get(`ftp://app:${s}@127.0.0.1/`)],
  [
    'node:http',
    'a header name',
    async (s) => (await import('node:http')).request({ host: '127.0.0.1', headers: { [`x-token: ${s}`]: 'a' } }),
  ],
  [
    'node:http',
    'a host of another type',
    async (s) => (await import('node:http')).request({ host: { url: `http://app:${s}@127.0.0.1` } }),
  ],
  [
    'node:net',
    'a port that is none',
    async (s) => (await import('node:net')).connect(`redis://:${s}@127.0.0.1`, '127.0.0.1'),
  ],
  [
    'node:net',
    'a port of text',
    async (s) => (await import('node:net')).connect({ host: '127.0.0.1', port: `6379?password=${s}` }),
  ],
  [
    'node:net',
    'a path',
    async (s) => {
      const socket = (await import('node:net')).connect(`/nonexistent/redis.sock?password=${s}`)
      await new Promise((_, reject) => socket.on('error', reject))
    },
  ],
  [
    'node:dns',
    'a URL instead of a name',
    async (s) => (await import('node:dns/promises')).lookup(`postgres://app:${s}@127.0.0.1/shop`),
  ],
  [
    'node:dns',
    'user and host instead of a name',
    async (s) => (await import('node:dns/promises')).lookup(`app:${s}@db.invalid:5432`),
  ],
  ['node:crypto', 'a key that is none', async (s) => (await import('node:crypto')).createPrivateKey(`password=${s}`)],
  ['node:crypto', 'an encoding', async (s) => (await import('node:crypto')).createHmac(`sha256?key=${s}`, 'x')],
  [
    'node:crypto',
    'a cipher',
    async (s) => (await import('node:crypto')).createCipheriv(`aes-256-gcm secret=${s}`, 'x', 'y'),
  ],
  [
    'node:tls',
    'a context with options of another type',
    async (s) => (await import('node:tls')).createSecureContext({ passphrase: { password: s }, key: 'x' }),
  ],
  ['node:buffer', 'an argument of another type', (s) => Buffer.from({ password: s })],
  ['node:buffer', 'an encoding', (s) => Buffer.from('x', `token=${s}`)],
  [
    'node:assert',
    'two texts',
    async (s) => (await import('node:assert')).strictEqual(`Bearer ${s}`, 'Bearer expected'),
  ],
  [
    'node:assert',
    'two configurations',
    async (s) => (await import('node:assert')).deepStrictEqual({ ...config(s) }, { ...config('other') }),
  ],
  ['node:assert', 'a match', async (s) => (await import('node:assert')).match(`https://app:${s}@127.0.0.1/`, /^ftp:/)],
  [
    'node:events',
    'an error that is none',
    async (s) => new (await import('node:events')).EventEmitter().emit('error', { password: s, host: '127.0.0.1' }),
  ],
  [
    'node:url',
    'a file URL of another kind',
    async (s) => (await import('node:url')).fileURLToPath(`https://app:${s}@127.0.0.1/`),
  ],
  [
    'node:url',
    'a file URL with a host',
    async (s) => (await import('node:url')).fileURLToPath(`file://app:${s}@127.0.0.1/x`),
  ],
  [
    'node:sqlite',
    'a query that is none',
    async (s) => new (await import('node:sqlite')).DatabaseSync(':memory:').exec(`selct '${s}' as password`),
  ],
  [
    'node:sqlite',
    'a column that is none',
    async (s) => new (await import('node:sqlite')).DatabaseSync(':memory:').exec(`select "password=${s}"`),
  ],
  [
    'node:sqlite',
    'a pragma key',
    async (s) => new (await import('node:sqlite')).DatabaseSync(':memory:').exec(`pragma key = '${s}' x`),
  ],
  [
    'node:sqlite',
    'an attached database',
    async (s) =>
      new (await import('node:sqlite')).DatabaseSync(':memory:').exec(`attach '/nonexistent/x.db?key=${s}' as other`),
  ],
  [
    'node:worker_threads',
    'an unclonable configuration',
    (s) =>
      structuredClone({
        password: s,
        connect() {
          return s
        },
      }),
  ],
  [
    'node:vm',
    'a configuration with a syntax error',
    async (s) => new (await import('node:vm')).Script(`module.exports = { password: '${s}' host: 'x' }`),
  ],
  ['node:process', 'a signal', (s) => process.kill(process.pid, `token=${s}`)],
  [
    'node:timers',
    'an interval',
    async (s) => (await import('node:timers/promises')).setTimeout(`password=${s}`, 1, { signal: { token: s } }),
  ],
  [
    'node:stream',
    'a chunk of another type',
    async (s) => {
      const { Writable } = await import('node:stream')
      new Writable().write({ password: s })
    },
  ],
  ['V8', 'a BigInt that is none', (s) => BigInt(`token=${s}`)],
  ['V8', 'a malformed escape', (s) => new RegExp(`password=${s}(`)],
  [
    'V8',
    'a property of undefined',
    (s) => {
      const secrets = {}
      return secrets[`token=${s}`].length
    },
  ],
  ['zod', 'a literal', (s, p, { z }) => z.object({ password: z.literal('x') }).parse({ password: s })],
  [
    'zod',
    'an unknown key',
    (s, p, { z }) => z.strictObject({ host: z.string() }).parse({ host: '127.0.0.1', [`token=${s}`]: 1 }),
  ],
  [
    'zod',
    'a refinement that shows',
    (s, p, { z }) =>
      z
        .object({ url: z.string().refine(() => false, { error: (issue) => `Invalid URL: ${issue.input}` }) })
        .parse({ url: `postgres://app:${s}@127.0.0.1/shop` }),
  ],
  ['zod', 'an enumeration of keys', (s, p, { z }) => z.enum([`sk_live_${s}`]).parse('other')],
  [
    'ajv',
    'a constant',
    (s, p, { default: Ajv }) => {
      const ajv = new Ajv({ verbose: true })
      ajv.validate({ type: 'object', properties: { password: { type: 'number' } } }, { password: s })
      throw new Error(ajv.errorsText(), { cause: ajv.errors })
    },
  ],
  [
    'ajv',
    'an additional property',
    (s, p, { default: Ajv }) => {
      const ajv = new Ajv()
      ajv.validate({ type: 'object', additionalProperties: false }, { [`token=${s}`]: 1 })
      throw new Error(ajv.errorsText(), { cause: ajv.errors })
    },
  ],
  [
    'ajv',
    'an allowed key in the schema',
    (s, p, { default: Ajv }) => {
      const ajv = new Ajv({ allErrors: true })
      ajv.validate({ enum: [`postgres://app:${s}@127.0.0.1/shop`] }, 1)
      throw new Error(`${ajv.errorsText()}: ${JSON.stringify(ajv.errors)}`)
    },
  ],
  ['valibot', 'a type', (s, p, v) => v.parse(v.object({ password: v.number() }), { password: s })],
  ['valibot', 'a URL', (s, p, v) => v.parse(v.pipe(v.string(), v.url()), `postgres//app:${s}@127.0.0.1`)],
  ['valibot', 'a literal', (s, p, v) => v.parse(v.literal('x'), `token=${s}`)],
  ['yup', 'a type', (s, p, { object, number }) => object({ password: number() }).validate({ password: s })],
  [
    'yup',
    'a type in strict mode',
    (s, p, { object, number }) => object({ apiKey: number() }).validate({ apiKey: s }, { strict: true }),
  ],
  ['yup', 'a whole configuration', (s, p, { string }) => string().strict().validate(config(s))],
  [
    'yup',
    'a template that shows',
    (s, p, { object, string }) =>
      object({ token: string().matches(/^\d+$/, '${path} is "${value}" and should be digits') }).validate({ token: s }),
  ],
  [
    'superstruct',
    'a type',
    (s, p, { assert, object, number }) => assert({ password: s }, object({ password: number() })),
  ],
  ['superstruct', 'a whole configuration', (s, p, { assert, string }) => assert(config(s), string())],
  [
    'superstruct',
    'an enumeration',
    (s, p, { assert, enums, object }) => assert({ token: s }, object({ token: enums(['a', 'b']) })),
  ],
  [
    'superstruct',
    'a pattern',
    (s, p, { assert, object, pattern, string }) =>
      assert({ url: `https://app:${s}@127.0.0.1` }, object({ url: pattern(string(), /^ftp/) })),
  ],
  ['arktype', 'a type', (s, p, { type }) => type({ password: 'string.numeric' }).assert({ password: s })],
  ['arktype', 'an email', (s, p, { type }) => type({ token: 'string.email' }).assert({ token: s })],
  ['arktype', 'a union', (s, p, { type }) => type({ apiKey: "'a'|'b'" }).assert({ apiKey: s })],
  ['arktype', 'a URL', (s, p, { type }) => type({ url: 'string.url' }).assert({ url: `postgres//app:${s}@127.0.0.1` })],
  [
    'joi',
    'an allowed value',
    (s, p, { default: Joi }) => Joi.attempt({ token: 'x' }, Joi.object({ token: Joi.valid(`token=${s}`) })),
  ],
  ['joi', 'an unknown key', (s, p, { default: Joi }) => Joi.attempt({ [`secret=${s}`]: 1 }, Joi.object({}))],
  [
    'joi',
    "a message of one's own",
    (s, p, { default: Joi }) =>
      Joi.attempt(
        { apiKey: s },
        Joi.object({ apiKey: Joi.string().max(2).message('{#label} with value {#value} is too long') }),
      ),
  ],
  [
    'joi',
    'an e-mail address',
    (s, p, { default: Joi }) => Joi.attempt({ password: s }, Joi.object({ password: Joi.string().email() })),
  ],
  [
    'js-yaml',
    'a password without its end',
    (s, p, { default: yaml, load = yaml.load }) => load(`host: 127.0.0.1\npassword: "${s}\nport: 5`),
  ],
  ['js-yaml', 'a key twice', (s, p, { default: yaml, load = yaml.load }) => load(`token: ${s}\nhost: a\ntoken: ${s}`)],
  [
    'js-yaml',
    'a bad indentation',
    (s, p, { default: yaml, load = yaml.load }) =>
      load(`db:\n  url: postgres://app:${s}@127.0.0.1/shop\n password: ${s}`),
  ],
  ['js-yaml', 'an unknown alias', (s, p, { default: yaml, load = yaml.load }) => load(`password: *${s}`)],
  ['yaml', 'a password without its end', (s, p, { parse }) => parse(`host: 127.0.0.1\npassword: "${s}\nport: 5`)],
  ['yaml', 'a key twice', (s, p, { parse }) => parse(`api_key: ${s}\nhost: a\napi_key: ${s}`)],
  ['yaml', 'an unknown alias', (s, p, { parse }) => parse(`secret: *${s}`)],
  ['yaml', 'a bad mapping', (s, p, { parse }) => parse(`url: postgres://app:${s}@127.0.0.1/shop: x`)],
  [
    'smol-toml',
    'a password without quotes',
    (s, p, { parse }) => parse(`host = "127.0.0.1"\npassword = ${s}\nport = 5`),
  ],
  [
    'smol-toml',
    'a string without its end',
    (s, p, { parse }) => parse(`[db]\nurl = "postgres://app:${s}@127.0.0.1/shop\n`),
  ],
  ['smol-toml', 'a key twice', (s, p, { parse }) => parse(`token = "${s}"\ntoken = "${s}"`)],
  ['json5', 'a password without quotes', (s, p, { default: JSON5 }) => JSON5.parse(`{ password: ${s} }`)],
  [
    'fast-xml-parser',
    'an unclosed tag',
    (s, p, { XMLParser }) => new XMLParser().parse(`<db><password>${s}</passwrd></db>`, true),
  ],
  [
    'fast-xml-parser',
    'an attribute without quotes',
    (s, p, { XMLParser }) => new XMLParser().parse(`<db password=${s} host="a"></db>`, true),
  ],
  [
    'csv-parse',
    'a record of another length',
    (s, p, { parse }) => new Promise((_, reject) => parse(`user,password\napp,${s},x\n`, { columns: true }, reject)),
  ],
  [
    'csv-parse',
    'a quote in a field',
    (s, p, { parse }) => new Promise((_, reject) => parse(`user,password\napp,${s}"x\n`, { columns: true }, reject)),
  ],
  [
    'nconf',
    'a required value',
    (s, p, { default: nconf }) => new nconf.Provider().use('memory').required([`token=${s}`]),
  ],
  [
    'nconf',
    'a file that is no JSON',
    async (s, p, { default: nconf }) => {
      const { writeFileSync } = await import('node:fs')
      const file = '/tmp/hale-corpus-nconf.json'
      writeFileSync(file, `{"password":"${s}",}`)
      return new nconf.Provider().file({ file })
    },
  ],
  [
    'envalid',
    'a port that is none',
    (s, p, { cleanEnv, port }) =>
      cleanEnv(
        { DB_PASSWORD: s },
        { DB_PASSWORD: port() },
        {
          reporter: ({ errors }) => {
            throw Object.values(errors)[0]
          },
        },
      ),
  ],
  [
    'envalid',
    'JSON that is none',
    (s, p, { cleanEnv, json }) =>
      cleanEnv(
        { CREDENTIALS: `{"password":"${s}"` },
        { CREDENTIALS: json() },
        {
          reporter: ({ errors }) => {
            throw Object.values(errors)[0]
          },
        },
      ),
  ],
  [
    'envalid',
    'a choice',
    (s, p, { cleanEnv, str }) =>
      cleanEnv(
        { API_KEY: s },
        { API_KEY: str({ choices: ['a'] }) },
        {
          reporter: ({ errors }) => {
            throw Object.values(errors)[0]
          },
        },
      ),
  ],
  [
    'envalid',
    'a host',
    (s, p, { cleanEnv, host }) =>
      cleanEnv(
        { REDIS: `redis://:${s}@127.0.0.1` },
        { REDIS: host() },
        {
          reporter: ({ errors }) => {
            throw Object.values(errors)[0]
          },
        },
      ),
  ],
  [
    'envalid',
    'an e-mail address',
    (s, p, { cleanEnv, email }) =>
      cleanEnv(
        { SECRET: s },
        { SECRET: email() },
        {
          reporter: ({ errors }) => {
            throw Object.values(errors)[0]
          },
        },
      ),
  ],
  [
    'envalid',
    'a boolean',
    (s, p, { cleanEnv, bool }) =>
      cleanEnv(
        { AUTH_TOKEN: s },
        { AUTH_TOKEN: bool() },
        {
          reporter: ({ errors }) => {
            throw Object.values(errors)[0]
          },
        },
      ),
  ],
  [
    'convict',
    'an undeclared key',
    (s, p, { default: convict }) =>
      convict({ host: { format: String, default: '' } })
        .load({ [`token=${s}`]: 1 })
        .validate({ allowed: 'strict' }),
  ],
  [
    'convict',
    'a value of a list',
    (s, p, { default: convict }) =>
      convict({ apiKey: { format: ['a', 'b'], default: 'a' } })
        .load({ apiKey: s })
        .validate(),
  ],
  [
    'convict',
    'a URL of another form',
    (s, p, { default: convict }) =>
      convict({ db: { format: ['a'], default: 'a' } })
        .load({ db: `postgres://app:${s}@127.0.0.1/shop` })
        .validate(),
  ],
  [
    'convict',
    'a sensitive value',
    (s, p, { default: convict }) =>
      convict({ secret: { format: 'int', default: 1, sensitive: true } })
        .load({ secret: s })
        .validate(),
  ],
]
