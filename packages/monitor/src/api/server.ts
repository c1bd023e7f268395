import cookiePlugin from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import fastify, { LogController, type FastifyBaseLogger } from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { systemClock, type Clock } from 'hale'
import type { Logger } from 'pino'
import type { MonitorConfig } from '../config/monitor-config.ts'
import type { Picture } from '../live/picture.ts'
import type { Store } from '../store/store.ts'
import type { TickStats } from '../tick.ts'
import { createAccess, type Access } from './access/access.ts'
import { isLoopback, type Reach } from './access/browser.ts'
import type { App } from './app.ts'
import { guard } from './guard.ts'
import { metricsRoute } from './metrics/metrics-route.ts'
import { describeApi, openApiRoute } from './openapi.ts'
import { Problem, answerError } from './problem.ts'
import { createOwnHealth } from './own-health.ts'
import { createRenderedOverview } from './rendered-overview.ts'
import type { RouteContext } from './routes/context.ts'
import { healthRoutes } from './routes/health.ts'
import { incidentRoutes } from './routes/incidents.ts'
import { liveRoutes } from './routes/live.ts'
import { cookieName, loginLinkRoute, sessionRoutes } from './routes/session.ts'
import { targetRoutes } from './routes/targets.ts'
import { secureHeaders } from './security-headers.ts'
import { loadStaticFiles } from './static/static-files.ts'
import { staticRoutes } from './static/static-routes.ts'
import { createStreams } from './stream.ts'

export interface ServerOptions {
  readonly config: Pick<MonitorConfig, 'server' | 'store'>
  readonly picture: Picture
  readonly store: Pick<Store, 'history' | 'access'>
  readonly version: string
  readonly logger: Logger
  /** Folder of the built dashboard. Undefined, or empty: pages say how to build it. */
  readonly dashboardFolder?: string
  /** Has a target probed at once. False: it is not watched here. Without it there is no such route. */
  readonly probeNow?: (targetId: string) => boolean | Promise<boolean>
  /** The tick's own figures, for `/metrics`. */
  readonly stats?: () => TickStats
  readonly clock?: Clock
}

/** The monitor's HTTP side: API, stream, metrics, health and the dashboard's files. */
export interface Server {
  /** Rejects when the address is taken. */
  listen(): Promise<Listening>
  /** A link that logs its first user in, within a quarter of an hour. Only after {@link listen}. */
  loginLink(): string
  readonly access: Access
  /** Ends streams, lets requests finish for two seconds, then closes what is left. */
  close(): Promise<void>
}

export interface Listening {
  /** What people open: the public address where there is one. */
  readonly url: string
  /** Where it listens, seen from this machine. */
  readonly address: string
  /** The key made because there was none yet: shown once. */
  readonly firstKey: string | undefined
}

/** Bodies are one key at most. */
const BODY_LIMIT = 16_384
const CLOSE_WITHIN_MS = 2_000

export async function createServer(options: ServerOptions): Promise<Server> {
  const { config, picture, store, logger, version, clock = systemClock } = options
  const { host, port, publicUrl } = config.server
  const reach: Reach = { host, publicUrl }
  const access = createAccess(store.access, clock)
  const cookie = cookieName(publicUrl)

  const loggerInstance: FastifyBaseLogger = logger

  const app: App = fastify({
    loggerInstance,
    // Addresses hold login tokens, and headers keys.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: 500, ignoreTrailingSlash: true },
    requestTimeout: 30_000,
    http: { maxHeaderSize: 16_384, headersTimeout: 10_000 },
    forceCloseConnections: 'idle',
    return503OnClosing: true,
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(answerError)
  app.setNotFoundHandler((request, reply) =>
    answerError(
      new Problem(404, 'NOT_FOUND', `There is no ${request.method} ${request.url.split('?', 1)[0]}.`),
      request,
      reply,
    ),
  )

  secureHeaders(app)
  await app.register(cookiePlugin)
  guard(app, { access, reach, cookie })
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, { after }) =>
      new Problem(429, 'TOO_MANY_REQUESTS', `Too many tries; again in ${after}.`),
  })
  await describeApi(app, version)

  const overview = createRenderedOverview(picture, clock)
  const streams = createStreams({ picture, overview, access, clock })
  const context: RouteContext = {
    picture,
    history: store.history,
    access,
    reach,
    cookie,
    clock,
    log: app.log,
    probeNow: options.probeNow,
  }
  await app.register(
    async (api: App) => {
      liveRoutes(api, overview, streams)
      targetRoutes(api, context)
      incidentRoutes(api, context)
      sessionRoutes(api, context)
    },
    { prefix: '/api/v1' },
  )
  openApiRoute(app)
  const metrics = metricsRoute(app, {
    picture,
    history: store.history,
    stats: options.stats,
    streams: () => streams.count,
    version,
    clock,
    // Target names are nobody's business: who can connect from elsewhere needs a key.
    access: isLoopback(host) ? 'public' : 'read',
  })
  const health = createOwnHealth({ picture, version, store: config.store, clock, logger })
  healthRoutes(app, health, context)
  const { page } = staticRoutes(app, await loadDashboard(options.dashboardFolder))
  loginLinkRoute(app, context, page)

  app.addHook('preClose', async () => {
    await health.close()
    await streams[Symbol.asyncDispose]()
    overview[Symbol.dispose]()
    metrics[Symbol.dispose]()
  })

  let url: string | undefined
  return {
    access,
    async listen() {
      const listening = new URL(await app.listen({ host, port }))
      // Which of all its addresses it is does not matter to a person at this machine.
      const address = isEverywhere(host) ? `http://localhost:${listening.port}` : listening.origin
      url = publicUrl?.replace(/\/$/u, '') ?? address
      const { length } = await access.keys.list()
      const first = length === 0 ? await access.keys.add('first', 'admin') : undefined
      return { url, address, firstKey: first?.secret }
    },
    loginLink() {
      if (url === undefined) throw new Error('The server does not listen yet.')
      return `${url}/login?token=${access.links.create('admin')}`
    },
    async close() {
      const timer = setTimeout(() => app.server.closeAllConnections(), CLOSE_WITHIN_MS)
      try {
        await app.close()
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

async function loadDashboard(folder: string | undefined) {
  if (folder === undefined) return new Map()
  try {
    return await loadStaticFiles(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw error
  }
}
