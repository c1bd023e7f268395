import { login, problem, session } from '@hale/contract'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { Principal } from '../access/access.ts'
import { isCrossSite } from '../access/browser.ts'
import type { AccessScope } from '../access/keys.ts'
import type { App } from '../app.ts'
import { Problem } from '../problem.ts'
import type { RouteContext } from './context.ts'

/** Guesses an address may make in a minute. */
const RATE_LIMIT = { max: 10, timeWindow: 60_000 }

/** The cookie's name; with `__Host-` the browser itself refuses it without TLS, or from a sibling domain. */
export function cookieName(publicUrl: string | undefined): string {
  return isSecure(publicUrl) ? '__Host-hale_session' : 'hale_session'
}

export function sessionRoutes(app: App, context: RouteContext): void {
  const { access } = context
  app.post(
    '/session',
    {
      config: { access: 'public', rateLimit: RATE_LIMIT },
      schema: { summary: 'Logs in with a key', body: login, response: { 200: session, 401: problem, 429: problem } },
    },
    async ({ body }, reply) => {
      const key = await access.keys.find(body.key)
      if (key === undefined) throw new Problem(401, 'UNAUTHENTICATED', 'That key is not known here.')
      return toSession(await openSession(context, key.scope, reply))
    },
  )

  app.get(
    '/session',
    { config: { access: 'read' }, schema: { summary: 'Who is logged in', response: { 200: session } } },
    ({ principal }) => toSession(principal as Principal),
  )

  app.delete(
    '/session',
    { config: { access: 'read' }, schema: { summary: 'Logs out', response: { 204: z.null() } } },
    async ({ principal }, reply) => {
      if (principal?.via === 'session') await access.sessions.end(principal.id)
      return await reply.clearCookie(context.cookie, cookieOptions(context)).code(204).send(null)
    },
  )

  app.delete(
    '/sessions',
    { config: { access: 'admin' }, schema: { summary: 'Logs everybody out', response: { 204: z.null() } } },
    async (_request, reply) => {
      await access.sessions.endAll()
      return await reply.clearCookie(context.cookie, cookieOptions(context)).code(204).send(null)
    },
  )
}

/** `GET /login?token=…`: the one-time link. It may be followed from anywhere but by another site's page. */
export function loginLinkRoute(
  app: App,
  context: RouteContext,
  loginPage: (reply: FastifyReply) => FastifyReply,
): void {
  app.get(
    '/login',
    {
      config: { access: 'public', rateLimit: RATE_LIMIT },
      schema: { hide: true, querystring: z.object({ token: z.string().max(100).optional() }) },
      exposeHeadRoute: false,
    },
    async ({ query, headers }, reply) => {
      if (query.token === undefined) return loginPage(reply)
      // Nobody else's page may use the link up, or log its visitor in.
      const scope = isCrossSite(headers, context.reach) ? undefined : access(context, query.token)
      if (scope === undefined) return await reply.redirect('/login?problem=link', 303)
      await openSession(context, scope, reply)
      return await reply.redirect('/', 303)
    },
  )
}

function access({ access: { links } }: RouteContext, token: string): AccessScope | undefined {
  return links.redeem(token)
}

async function openSession(context: RouteContext, scope: AccessScope, reply: FastifyReply): Promise<Principal> {
  const { cookie, record } = await context.access.sessions.open(scope)
  const expires = new Date(record.expiresAt)
  void reply.setCookie(context.cookie, cookie, { ...cookieOptions(context), expires })
  return { scope, via: 'session', id: record.digest, expiresAt: record.expiresAt }
}

function cookieOptions({ reach }: RouteContext) {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: isSecure(reach.publicUrl) } as const
}

function toSession({ scope, via, expiresAt }: Principal) {
  return { scope, via, expiresAt }
}

function isSecure(publicUrl: string | undefined): boolean {
  return publicUrl?.startsWith('https:') === true
}
