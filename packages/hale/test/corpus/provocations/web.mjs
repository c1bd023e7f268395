// Clients of HTTP, WebSockets and gRPC, and the kits of suppliers. `echo` is a gateway that repeats what it was sent, in
// JSON under the names that kits look for; `echoText` does so in plain text; `openai` repeats the key as that service does.

const at = (port, path = '/') => `http://127.0.0.1:${port}${path}`
const withUser = (port, s, path = '/') => `http://app:${s}@127.0.0.1:${port}${path}`
const quiet = { error() {}, warn() {}, info() {}, log() {}, debug() {}, trace() {}, fatal() {} }
const failing = (emitter, event = 'error') => new Promise((_, reject) => emitter.on(event, reject))

/** @type {readonly (readonly [client: string, what: string, provoke: (...given: readonly any[]) => unknown])[]} */
export const web = [
  [
    'fetch',
    'a refused request, told by status and URL',
    async (s, p) => {
      const response = await fetch(at(p.http, `/v1/orders?api_key=${s}&page=2`))
      throw new Error(`${response.status} ${response.statusText} for ${response.url}`)
    },
  ],
  [
    'fetch',
    'a gateway that repeats the request',
    async (s, p) => {
      const response = await fetch(at(p.echoText, `/v1/orders?access_token=${s}`))
      throw new Error(`${response.status}: ${await response.text()}`)
    },
  ],
  [
    'fetch',
    'a gateway that repeats a bearer',
    async (s, p) => {
      const response = await fetch(at(p.echoText, '/v1'), { headers: { authorization: `Bearer ${s}` } })
      throw new Error(await response.text())
    },
  ],
  [
    'fetch',
    'a gateway that repeats a basic header',
    async (s, p) => {
      const response = await fetch(at(p.echoText, '/v1'), { headers: { authorization: `Basic ${btoa(`app:${s}`)}` } })
      throw new Error(await response.text())
    },
  ],
  [
    'fetch',
    'a gateway that repeats a key header',
    async (s, p) => {
      const response = await fetch(at(p.echoText, '/v1'), { headers: { 'x-api-key': s } })
      throw new Error(await response.text())
    },
  ],
  [
    'fetch',
    'a gateway that repeats in JSON',
    async (s, p) => {
      const response = await fetch(at(p.echo, '/v1'), { headers: { cookie: `session=${s}` } })
      throw new Error(await response.text())
    },
  ],
  ['fetch', 'an unknown scheme', (s) => fetch(`postgres://app:${s}@127.0.0.1/shop`)],
  ['fetch', 'a body that is no JSON', async (s, p) => (await fetch(at(p.echoText, `/?token=${s}`))).json()],
  ['fetch', 'a method with a token', (s, p) => fetch(at(p.closed), { method: `GET token=${s}` })],
  ['fetch', 'a header name', (s, p) => fetch(at(p.closed), { headers: { [`x-token: ${s}`]: 'a' } })],
  ['fetch', 'a WebSocket protocol', (s) => new WebSocket('ws://127.0.0.1', `bearer ${s}`)],
  ['fetch', 'a WebSocket with a fragment', (s) => new WebSocket(`ws://127.0.0.1/%?token=${s}#x y`, ['a', 'a'])],
  ['fetch', 'an EventSource cookie', (s) => new Headers({ cookie: `sid=${s}\n` })],
  ['fetch', 'a proxy authorisation', (s) => new Headers({ 'proxy-authorization': `Basic ${btoa(`app:${s}`)}\n` })],
  ['fetch', 'an api key with a line break', (s) => new Headers([['x-api-key', `${s}\n`]])],
  ['fetch', 'form data of another type', (s) => new FormData().append('password', s, 'x.txt')],
  [
    'undici',
    'a proxy that refuses',
    (s, p, { ProxyAgent, request }) =>
      request(at(p.closed), { dispatcher: new ProxyAgent({ uri: at(p.http), token: `Bearer ${s}` }) }),
  ],
  [
    'undici',
    'a mock that is not there',
    (s, p, { MockAgent, request }) => {
      const agent = new MockAgent()
      agent.disableNetConnect()
      return request(`http://127.0.0.1/v1?api_key=${s}`, { dispatcher: agent })
    },
  ],
  [
    'undici',
    'a mock with headers',
    (s, p, { MockAgent, request }) => {
      const agent = new MockAgent()
      agent.disableNetConnect()
      agent
        .get('http://127.0.0.1')
        .intercept({ path: '/', headers: { a: 'b' } })
        .reply(200)
      return request('http://127.0.0.1/', { dispatcher: agent, headers: { authorization: `Bearer ${s}` } })
    },
  ],
  [
    'undici',
    'a mock with a body',
    (s, p, { MockAgent, request }) => {
      const agent = new MockAgent()
      agent.disableNetConnect()
      agent.get('http://127.0.0.1').intercept({ path: '/', method: 'POST', body: 'x' }).reply(200)
      return request('http://127.0.0.1/', {
        dispatcher: agent,
        method: 'POST',
        body: `grant_type=password&password=${s}`,
      })
    },
  ],
  [
    'undici',
    'a path without a slash',
    (s, p, { Client }) => new Client(at(p.closed)).request({ method: 'GET', path: `v1?token=${s}` }),
  ],
  [
    'undici',
    'a path with a space',
    (s, p, { Client }) => new Client(at(p.closed)).request({ method: 'GET', path: `/v1?token=${s} x` }),
  ],
  ['undici', 'a method', (s, p, { Client }) => new Client(at(p.closed)).request({ method: `GET ${s}`, path: '/' })],
  [
    'undici',
    'a query of another type',
    (s, p, { request }) => request(at(p.closed, `/?token=${s}`), { query: { a: 1 } }),
  ],
  ['undici', 'a pool with a path', (s, p, { Pool }) => new Pool(`http://app:${s}@127.0.0.1/v1?x=1`)],
  [
    'axios',
    'a gateway that repeats',
    async (s, p, { default: axios }) =>
      axios.get(at(p.echo, `/v1?token=${s}`)).catch((error) => {
        throw new Error(`${error.message}: ${JSON.stringify(error.response.data)}`)
      }),
  ],
  [
    'axios',
    'a proxy',
    (s, p, { default: axios }) =>
      axios.get('http://api.internal/', {
        proxy: { protocol: 'http', host: '127.0.0.1', port: p.closed, auth: { username: 'app', password: s } },
      }),
  ],
  [
    'axios',
    'a header with a line break',
    (s, p, { default: axios }) => axios.get(at(p.closed), { headers: { 'x-api-key': `${s}\u0100` } }),
  ],
  ['axios', 'a scheme that is none', (s, p, { default: axios }) => axios.get(`redis://app:${s}@127.0.0.1/`)],
  [
    'axios',
    'a base URL without a scheme',
    (s, p, { default: axios }) => axios.create({ baseURL: `app:${s}@127.0.0.1` }).get('/v1'),
  ],
  ['axios', 'a timeout', (s, p, { default: axios }) => axios.get(at(p.silent, `/v1?api_key=${s}`), { timeout: 100 })],
  [
    'axios',
    'redirects without end',
    (s, p, { default: axios }) => axios.get(at(p.redirect, `/?access_token=${s}`), { maxRedirects: 2 }),
  ],
  [
    'got',
    'a header with a line break',
    (s, p, { default: got }) => got(at(p.closed), { headers: { authorization: `Bearer ${s}\n` }, retry: { limit: 0 } }),
  ],
  ['got', 'a scheme that is none', (s, p, { default: got }) => got(`redis://app:${s}@127.0.0.1/`)],
  ['got', 'a body that is no JSON', (s, p, { default: got }) => got(at(p.openText, `/?token=${s}`)).json()],
  [
    'got',
    'a timeout',
    (s, p, { default: got }) => got(at(p.silent, `/?api_key=${s}`), { timeout: { request: 100 }, retry: { limit: 0 } }),
  ],
  [
    'got',
    'an option of another type',
    (s, p, { default: got }) => got(at(p.closed), { username: 'app', password: { secret: s } }),
  ],
  [
    'got',
    'redirects without end',
    (s, p, { default: got }) => got(at(p.redirect, `/?access_token=${s}`), { maxRedirects: 2 }),
  ],
  [
    'node-fetch',
    'a body that is no JSON',
    async (s, p, { default: f }) => (await f(at(p.openText, `/?token=${s}`))).json(),
  ],
  [
    'node-fetch',
    'a timeout',
    (s, p, { default: f }) => f(at(p.silent, `/?access_token=${s}`), { signal: AbortSignal.timeout(100) }),
  ],
  [
    'node-fetch',
    'redirects without end',
    (s, p, { default: f }) => f(at(p.redirect, `/?access_token=${s}`), { follow: 2 }),
  ],
  ['node-fetch', 'a scheme that is none', (s, p, { default: f }) => f(`redis://:${s}@127.0.0.1/`)],
  [
    'node-fetch',
    'a redirect that is refused',
    (s, p, { default: f }) => f(at(p.redirect, `/?api_key=${s}`), { redirect: 'error' }),
  ],
  ['node-fetch', 'a bot', (s, p, { default: f }) => f(at(p.closed, `/bot123456:${s}/getMe`))],
  [
    'node-fetch',
    'a webhook',
    (s, p, { default: f }) => f(at(p.closed, `/services/T00000000/B00000000/${s}`), { method: 'POST' }),
  ],
  [
    'superagent',
    'a gateway that repeats',
    (s, p, { default: sa }) =>
      sa.get(at(p.echo, `/?token=${s}`)).catch((error) => {
        throw new Error(`${error.message}: ${error.response.text}`)
      }),
  ],
  ['superagent', 'a scheme that is none', (s, p, { default: sa }) => sa.get(`redis://app:${s}@127.0.0.1/`)],
  ['superagent', 'a body that is no JSON', (s, p, { default: sa }) => sa.get(at(p.badJson, `/?token=${s}`))],
  ['ky', 'a relative URL', (s, p, { default: ky }) => ky(`/v1?api_key=${s}`, { retry: 0 })],
  ['ky', 'a posted form', (s, p, { default: ky }) => ky.post(at(p.http, `/token?client_secret=${s}`), { retry: 0 })],
  ['ky', 'a prefix', (s, p, { default: ky }) => ky('/v1', { prefixUrl: withUser(p.http, s), retry: 0 })],
  ['ofetch', 'a refused request', (s, p, { ofetch }) => ofetch(at(p.http, `/v1/orders?api_key=${s}`), { retry: 0 })],
  [
    'ofetch',
    'a query',
    (s, p, { ofetch }) => ofetch(at(p.http, '/v1'), { query: { page: 2, access_token: s }, retry: 0 }),
  ],
  ['ofetch', 'credentials in the URL', (s, p, { ofetch }) => ofetch(withUser(p.closed, s), { retry: 0 })],
  [
    'ofetch',
    'a closed port with a token',
    (s, p, { ofetch }) => ofetch(at(p.closed, `/hook?token=${s}`), { method: 'POST', retry: 0 }),
  ],
  ['ofetch', 'a relative URL', (s, p, { ofetch }) => ofetch(`/v1?sig=${s}`, { retry: 0 })],
  ['ofetch', 'a timeout', (s, p, { ofetch }) => ofetch(at(p.silent, `/v1?key=${s}`), { timeout: 100, retry: 0 })],
  [
    'wretch',
    'a gateway that repeats',
    (s, p, { default: wretch }) =>
      wretch(at(p.echoText, `/v1?token=${s}`))
        .get()
        .text(),
  ],
  [
    'wretch',
    'a bearer that is repeated',
    (s, p, { default: wretch }) => wretch(at(p.echoText)).auth(`Bearer ${s}`).get().text(),
  ],
  ['wretch', 'a relative URL', (s, p, { default: wretch }) => wretch(`/v1?token=${s}`).get().text()],
  ['gaxios', 'a refused request', (s, p, { request }) => request({ url: at(p.http, `/v1?key=${s}`) })],
  ['gaxios', 'a gateway that repeats', (s, p, { request }) => request({ url: at(p.echo, `/v1?access_token=${s}`) })],
  ['gaxios', 'a bad URL', (s, p, { request }) => request({ url: `http://app:${s}@127.0.0.1:99999` })],
  [
    'gaxios',
    'a bearer with a line break',
    (s, p, { request }) => request({ url: at(p.closed), headers: { authorization: `Bearer ${s}\n` } }),
  ],
  ['make-fetch-happen', 'a closed port', (s, p, { default: f }) => f(at(p.closed, `/v1?token=${s}`), { retry: false })],
  ['make-fetch-happen', 'a bad URL', (s, p, { default: f }) => f(`http://app:${s}@127.0.0.1:99999/`, { retry: false })],
  ['make-fetch-happen', 'a scheme', (s, p, { default: f }) => f(`redis://:${s}@127.0.0.1/`, { retry: false })],
  [
    'request',
    'a bad URI',
    (s, p, { default: request }) => new Promise((_, reject) => request(`api.internal/v1?token=${s}`, reject)),
  ],
  [
    'request',
    'a protocol',
    (s, p, { default: request }) => new Promise((_, reject) => request(`redis://app:${s}@127.0.0.1/`, reject)),
  ],
  [
    'request',
    'a header',
    (s, p, { default: request }) =>
      new Promise((_, reject) => request({ uri: at(p.closed), headers: { authorization: `Bearer ${s}\n` } }, reject)),
  ],
  ['@hapi/wreck', 'a refused request', (s, p, { default: Wreck }) => Wreck.get(at(p.http, `/v1?token=${s}`))],
  ['@hapi/wreck', 'a scheme', (s, p, { default: Wreck }) => Wreck.get(`redis://app:${s}@127.0.0.1/`)],
  ['@hapi/wreck', 'a closed port', (s, p, { default: Wreck }) => Wreck.get(at(p.closed, `/v1?token=${s}`))],
  [
    '@hapi/wreck',
    'redirects without end',
    (s, p, { default: Wreck }) => Wreck.get(at(p.redirect, `/?access_token=${s}`), { redirects: 1 }),
  ],
  ['phin', 'a scheme', (s, p, { default: phin }) => phin(`redis://app:${s}@127.0.0.1/`)],
  ['phin', 'a bad URL', (s, p, { default: phin }) => phin(`http://app:${s}@127.0.0.1:99999/`)],
  ['needle', 'a path instead of a URL', (s, p, { default: needle }) => needle('get', { url: `?token=${s}` })],
  ['needle', 'a method', (s, p, { default: needle }) => needle(`get token=${s}`, at(p.closed))],
  ['urllib', 'a closed port', (s, p, { default: urllib }) => urllib.request(at(p.closed, `/v1?token=${s}`))],
  ['urllib', 'a bad URL', (s, p, { default: urllib }) => urllib.request(`http://app:${s}@127.0.0.1:99999/`)],
  [
    'urllib',
    'a body that is no JSON',
    (s, p, { default: urllib }) => urllib.request(at(p.openText, `/v1?token=${s}`), { dataType: 'json' }),
  ],
  [
    'urllib',
    'a timeout',
    (s, p, { default: urllib }) => urllib.request(at(p.silent, `/v1?api_key=${s}`), { timeout: 100 }),
  ],
  [
    'graphql-request',
    'variables',
    (s, p, { request }) =>
      request(at(p.echo), 'mutation Login($password: String!) { login(password: $password) { id } }', { password: s }),
  ],
  [
    'graphql-request',
    'a literal in the query',
    (s, p, { request }) => request(at(p.http), `mutation { login(user: "app", password: "${s}") { id } }`),
  ],
  [
    'graphql-request',
    'errors that repeat',
    (s, p, { request }) =>
      request(at(p.openGraph), 'query Me($token: String!) { me(token: $token) { id } }', { token: s }),
  ],
  ['graphql-request', 'a bad URL', (s, p, { request }) => request(`http://app:${s}@127.0.0.1:99999`, '{ a }')],
  [
    'graphql',
    'a literal of another type',
    async (s, p, { graphqlSync, buildSchema }) => {
      throw graphqlSync({
        schema: buildSchema('type Query { login(password: Int): Int }'),
        source: `{ login(password: "${s}") }`,
      }).errors[0]
    },
  ],
  ['graphql', 'a syntax error', (s, p, { parse }) => parse(`{ login(password: ${s}! }`)],
  [
    'graphql',
    'a variable of another type',
    async (s, p, { graphqlSync, buildSchema }) => {
      throw graphqlSync({
        schema: buildSchema('type Query { login(token: Int): Int }'),
        source: 'query($token: Int) { login(token: $token) }',
        variableValues: { token: s },
      }).errors[0]
    },
  ],
  [
    'graphql',
    'an input object',
    async (s, p, { graphqlSync, buildSchema }) => {
      throw graphqlSync({
        schema: buildSchema('input Login { password: Int, user: String } type Query { login(input: Login): Int }'),
        source: 'query($input: Login) { login(input: $input) }',
        variableValues: { input: { user: 'app', password: s } },
      }).errors[0]
    },
  ],
  [
    '@octokit/request',
    'a gateway that repeats',
    (s, p, { request }) =>
      request('GET /user', { baseUrl: at(p.echo).slice(0, -1), headers: { authorization: `token ${s}` } }),
  ],
  [
    '@octokit/request',
    'a base URL',
    (s, p, { request }) => request('GET /user', { baseUrl: `http://x-access-token:${s}@127.0.0.1:${p.closed}` }),
  ],
  [
    'ws',
    'a refused upgrade',
    (s, p, { default: WebSocket }) => failing(new WebSocket(`ws://127.0.0.1:${p.http}/?token=${s}`)),
  ],
  [
    'ws',
    'a protocol twice',
    (s, p, { default: WebSocket }) => new WebSocket('ws://127.0.0.1/', [`bearer.${s}`, `bearer.${s}`]),
  ],
  [
    'ws',
    'a protocol with a space',
    (s, p, { default: WebSocket }) => new WebSocket('ws://127.0.0.1/', [`Bearer ${s}`]),
  ],
  [
    'ws',
    'a header with a line break',
    (s, p, { default: WebSocket }) =>
      new WebSocket(`ws://127.0.0.1:${p.closed}/`, { headers: { authorization: `Bearer ${s}\n` } }),
  ],
  [
    'socket.io-client',
    'a closed port',
    (s, p, { io }) =>
      failing(
        io(`http://127.0.0.1:${p.closed}/?token=${s}`, { auth: { token: s }, reconnection: false }),
        'connect_error',
      ),
  ],
  [
    '@grpc/grpc-js',
    'a target',
    (s, p, { Client, credentials }) =>
      new Client(`dns:///app:${s}@127.0.0.1:x:y`, credentials.createInsecure()).close(),
  ],
  [
    '@grpc/grpc-js',
    'a scheme of a proxy',
    async (s, p, { Client, credentials, Metadata }) => {
      const client = new Client(`127.0.0.1:${p.closed}`, credentials.createInsecure())
      await new Promise((_, reject) =>
        client.makeUnaryRequest(
          `/app.Login/Do?token=${s}`,
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
    '@grpc/grpc-js',
    'an authorisation of another kind',
    (s, p, { Metadata }) => {
      const metadata = new Metadata()
      metadata.set('x-api-key', `${s}\u0100`)
    },
  ],
  [
    '@grpc/grpc-js',
    'an unknown method that repeats',
    async (s, p, { Client, credentials, Metadata }) => {
      const client = new Client(`app:${s}@127.0.0.1:${p.closed}`, credentials.createInsecure())
      await new Promise((_, reject) =>
        client.makeUnaryRequest(
          '/a/b',
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
    'soap',
    'a WSDL behind credentials',
    (s, p, { createClientAsync }) => createClientAsync(withUser(p.http, s, '/x?wsdl')),
  ],
  [
    'soap',
    'a WSDL at a closed port',
    (s, p, { createClientAsync }) => createClientAsync(at(p.closed, `/x?wsdl&token=${s}`)),
  ],
  [
    'soap',
    'a WSDL that is none',
    (s, p, { createClientAsync }) => createClientAsync(at(p.openText, `/x?wsdl&token=${s}`)),
  ],
  [
    'isomorphic-git',
    'a refused clone',
    async (s, p, { default: git }) =>
      git.clone({
        fs: await import('node:fs'),
        http: (await p.load('isomorphic-git/http/node')).default,
        dir: '/nonexistent/x',
        url: withUser(p.http, s, '/a.git'),
      }),
  ],
  [
    'isomorphic-git',
    'a URL of another kind',
    async (s, p, { default: git }) => git.getRemoteInfo({ http: {}, url: `ssh//app:${s}@127.0.0.1/a.git` }),
  ],
  [
    'dockerode',
    'a refused pull',
    (s, p, { default: Docker }) =>
      new Docker({ host: '127.0.0.1', port: p.echo, protocol: 'http' }).pull(`registry.test/a?token=${s}`),
  ],
  [
    'openai',
    'a header',
    (s, p, { default: OpenAI }) =>
      new OpenAI({ apiKey: `sk-${s}\n`, baseURL: at(p.openai, '/v1'), maxRetries: 0 }).models.list(),
  ],
  [
    'openai',
    'a gateway that repeats',
    (s, p, { default: OpenAI }) => new OpenAI({ apiKey: s, baseURL: at(p.echo, '/v1'), maxRetries: 0 }).models.list(),
  ],
  [
    '@anthropic-ai/sdk',
    'a gateway that repeats',
    (s, p, { default: Anthropic }) => new Anthropic({ apiKey: s, baseURL: at(p.echo), maxRetries: 0 }).models.list(),
  ],
  [
    '@anthropic-ai/sdk',
    'a key with a line break',
    (s, p, { default: Anthropic }) =>
      new Anthropic({ apiKey: `sk-ant-${s}\n`, baseURL: at(p.echo), maxRetries: 0 }).models.list(),
  ],
  [
    'twilio',
    'a refused token',
    (s, p, { default: twilio }) => {
      const client = twilio('AC0123456789abcdef0123456789abcdef', s)
      return client.request({ method: 'GET', uri: at(p.echo, `/?token=${s}`) }).then((response) => {
        throw new Error(`${response.statusCode}: ${JSON.stringify(response.body)}`)
      })
    },
  ],
  ['twilio', 'an account that is none', (s, p, { default: twilio }) => twilio(`token=${s}`, s)],
  ['pusher', 'a URL that is none', (s, p, { default: Pusher }) => Pusher.forURL(`http//key:${s}@127.0.0.1/apps/1`)],
  [
    'pusher',
    'a refused trigger',
    (s, p, { default: Pusher }) =>
      new Pusher({ appId: '1', key: 'a', secret: s, host: '127.0.0.1', port: p.echo, useTLS: false }).trigger(
        'a',
        'b',
        {},
      ),
  ],
  [
    'telegraf',
    'a refused token',
    (s, p, { Telegraf }) =>
      new Telegraf(`123456:${s}`, { telegram: { apiRoot: at(p.http).slice(0, -1) } }).telegram.getMe(),
  ],
  [
    'telegraf',
    'a closed port',
    (s, p, { Telegraf }) =>
      new Telegraf(`123456:${s}`, { telegram: { apiRoot: at(p.closed).slice(0, -1) } }).telegram.getMe(),
  ],
  [
    'node-telegram-bot-api',
    'a closed port',
    (s, p, { default: Bot }) => new Bot(`123456:${s}`, { baseApiUrl: at(p.closed).slice(0, -1) }).getMe(),
  ],
  [
    '@slack/web-api',
    'a closed port',
    (s, p, { WebClient }) =>
      new WebClient(`xoxb-${s}`, {
        slackApiUrl: withUser(p.closed, s),
        retryConfig: { retries: 0 },
        logger: { ...quiet, setLevel() {}, getLevel() {}, setName() {} },
      }).auth.test(),
  ],
  [
    '@slack/web-api',
    'a webhook that refuses',
    (s, p, { WebClient }) =>
      new WebClient('xoxb-1', {
        slackApiUrl: at(p.echoText),
        retryConfig: { retries: 0 },
        logger: { ...quiet, setLevel() {}, getLevel() {}, setName() {} },
      }).apiCall('x', { token: s }),
  ],
  [
    'web-push',
    'a private key',
    (s, p, { default: webpush }) => webpush.setVapidDetails('mailto:a@b.test', 'x'.repeat(87), s),
  ],
  [
    'web-push',
    'a subject',
    (s, p, { default: webpush }) => webpush.setVapidDetails(`http//app:${s}@127.0.0.1`, 'x', 'y'),
  ],
  [
    '@sentry/node',
    'a DSN',
    async (s, p, { init }) => {
      const said = []
      const { error } = console
      console.error = (...words) => said.push(words.join(' '))
      try {
        init({ dsn: `http//${s}@127.0.0.1/1` })
      } finally {
        console.error = error
      }
      throw new Error(said[0])
    },
  ],
  ['@supabase/supabase-js', 'a URL', (s, p, { createClient }) => createClient(`postgres://app:${s}@127.0.0.1/`, s)],
  [
    '@supabase/supabase-js',
    'a gateway that repeats',
    async (s, p, { createClient }) => {
      const { error } = await createClient(at(p.echo).slice(0, -1), s).from('orders').select()
      throw Object.assign(new Error(error.message), error)
    },
  ],
  ['@upstash/redis', 'a URL', (s, p, { Redis }) => new Redis({ url: `redis://default:${s}@127.0.0.1:6379`, token: s })],
  [
    '@upstash/redis',
    'a command that failed',
    (s, p, { Redis }) =>
      new Redis({ url: at(p.echo).slice(0, -1), token: s, retry: false }).set('session', `token=${s}`),
  ],
  ['@libsql/client', 'a URL', (s, p, { createClient }) => createClient({ url: `libsql//127.0.0.1?authToken=${s}` })],
  [
    '@libsql/client',
    'a parameter',
    (s, p, { createClient }) => createClient({ url: `libsql://127.0.0.1?auth_token=${s}` }),
  ],
  ['@libsql/client', 'a scheme', (s, p, { createClient }) => createClient({ url: `redis://:${s}@127.0.0.1` })],
  ['@neondatabase/serverless', 'a URL', (s, p, { neon }) => neon(`postgres//app:${s}@127.0.0.1/shop`)],
  ['@neondatabase/serverless', 'a URL without a database', (s, p, { neon }) => neon(`postgres://app:${s}@127.0.0.1`)],
  [
    '@planetscale/database',
    'a gateway that repeats',
    (s, p, { connect }) => connect({ url: `http://app:${s}@127.0.0.1:${p.echo}/` }).execute('select 1'),
  ],
  ['nano', 'a closed port', (s, p, { default: nano }) => nano(withUser(p.closed, s)).db.list()],
  ['nano', 'a gateway that repeats', (s, p, { default: nano }) => nano(at(p.echo)).request({ path: `x?token=${s}` })],
  ['nano', 'a bad URL', (s, p, { default: nano }) => nano(`couch//app:${s}@127.0.0.1`)],
  [
    'arangojs',
    'a gateway that repeats',
    (s, p, { Database }) => new Database({ url: at(p.echo), auth: { token: s } }).version(),
  ],
  [
    'meilisearch',
    'a host',
    (s, p, module) =>
      new (module.MeiliSearch ?? module.Meilisearch)({ host: `http://app:${s}@127.0.0.1:99999`, apiKey: s }),
  ],
  [
    'meilisearch',
    'a gateway that repeats',
    (s, p, module) => new (module.MeiliSearch ?? module.Meilisearch)({ host: at(p.echo), apiKey: s }).getVersion(),
  ],
  [
    'meilisearch',
    'a closed port',
    (s, p, module) =>
      new (module.MeiliSearch ?? module.Meilisearch)({ host: at(p.closed, `/?token=${s}`), apiKey: s }).getVersion(),
  ],
  [
    'typesense',
    'a gateway that repeats',
    (s, p, { default: Typesense }) =>
      new Typesense.Client({
        nodes: [{ host: '127.0.0.1', port: p.echo, protocol: 'http' }],
        apiKey: s,
        numRetries: 0,
        logLevel: 'silent',
        retryIntervalSeconds: 0.01,
      }).health.retrieve(),
  ],
  [
    '@qdrant/js-client-rest',
    'a URL',
    (s, p, { QdrantClient }) => new QdrantClient({ url: `qdrant//app:${s}@127.0.0.1` }),
  ],
  [
    '@qdrant/js-client-rest',
    'a gateway that repeats',
    (s, p, { QdrantClient }) =>
      new QdrantClient({ url: at(p.echo), apiKey: s, checkCompatibility: false }).getCollections(),
  ],
  [
    'influx',
    'a gateway that repeats',
    (s, p, { InfluxDB }) =>
      new InfluxDB({ host: '127.0.0.1', port: p.echo, username: 'app', password: s, database: 'a' }).query('select 1'),
  ],
  [
    '@influxdata/influxdb-client',
    'a gateway that repeats',
    (s, p, { InfluxDB }) =>
      new InfluxDB({ url: at(p.echo), token: s }).getQueryApi('o').collectRows(`from(bucket: "a", token: "${s}")`),
  ],
  [
    'etcd3',
    'a host',
    (s, p, { Etcd3 }) =>
      new Etcd3({ hosts: `http://app:${s}@127.0.0.1:${p.closed}`, auth: { username: 'app', password: s } })
        .get('a')
        .string(),
  ],
  [
    'node-vault',
    'a gateway that repeats',
    (s, p, { default: vault }) => vault({ endpoint: at(p.echo).slice(0, -1), token: s }).read(`secret/data?token=${s}`),
  ],
  [
    'node-vault',
    'a closed port',
    (s, p, { default: vault }) => vault({ endpoint: withUser(p.closed, s).slice(0, -1), token: s }).status(),
  ],
  [
    'consul',
    'a gateway that repeats',
    (s, p, { default: Consul }) => new Consul({ host: '127.0.0.1', port: p.echo, defaults: { token: s } }).kv.get('a'),
  ],
]
