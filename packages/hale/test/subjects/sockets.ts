import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { Server as GrpcServer, ServerCredentials, ServerInterceptingCall, status } from '@grpc/grpc-js'
import { HealthImplementation } from 'grpc-health-check'
import { grpc } from 'hale/checks/grpc'
import { smtp } from 'hale/checks/smtp'
import { tcp } from 'hale/checks/tcp'
import { tls } from 'hale/checks/tls'
import { websocket } from 'hale/checks/websocket'
import { createTestAuthority } from 'hale/testing'
import { SMTPServer } from 'smtp-server'
import { WebSocketServer } from 'ws'
import { CONNECTS_ANEW, type Account, type Bed, type Subject } from './subject.ts'

const HOST = '127.0.0.1'
const NO_ACCOUNTS = 'it asks for no account'
const authority = createTestAuthority()

async function listening(server: Server): Promise<number> {
  if (!server.listening) await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** A bed with one check by URL, whose account is a flag. */
function bed(
  parts: Pick<Subject, 'check' | 'open'> & { readonly port: number; readonly flag?: Flag },
  close: () => unknown,
  more: Subject['without'] = {},
): Bed {
  const { check, flag, open, port } = parts
  const account: Account | undefined = flag && {
    url: (to) => `http://${HOST}:${to}`,
    async lose() {
      flag.lost = true
      return async () => (flag.lost = false)
    },
  }
  const without = { 'full pool': CONNECTS_ANEW, ...(flag === undefined && { 'auth lost': NO_ACCOUNTS }), ...more }
  return {
    server: { host: HOST, port },
    subjects: [{ check, client: 'url', open, without, ...(account && { account }) }],
    ...(account && { openAccount: async () => account }),
    [Symbol.asyncDispose]: async () => void (await close()),
  }
}

interface Flag {
  lost: boolean
}

export async function openSmtp(): Promise<Bed> {
  const flag: Flag = { lost: false }
  const server = new SMTPServer({
    ...authority.issue(HOST),
    logger: false,
    disableReverseLookup: true,
    onAuth: (_auth, _session, done) =>
      flag.lost ? done(Object.assign(new Error('no such user'), { responseCode: 535 })) : done(null, { user: 'app' }),
  })
  server.on('error', () => {}).listen(0, HOST)
  const login = { secure: 'starttls', user: 'app', password: 'right', tls: { ca: authority.ca } } as const
  const port = await listening(server.server)
  const open: Subject['open'] = async (to) => ({ check: smtp({ host: HOST, port: to, ...login }) })
  return bed({ check: 'smtp', port, flag, open }, () => server.close(() => {}))
}

export async function openWebsocket(): Promise<Bed> {
  const flag: Flag = { lost: false }
  const server = createServer((_, response) => response.writeHead(426).end())
  const sockets = new WebSocketServer({ server, verifyClient: (_info, done) => done(!flag.lost, 401) })
  sockets.on('connection', (socket) => socket.on('error', () => {}))
  const port = await listening(server.listen(0, HOST))
  const open: Subject['open'] = async (to) => ({ check: websocket({ url: `ws://${HOST}:${to}/live` }) })
  return bed({ check: 'websocket', port, flag, open }, () => server.close().closeAllConnections())
}

export async function openGrpc(): Promise<Bed> {
  const flag: Flag = { lost: false }
  const server = new GrpcServer({
    interceptors: [
      (_method, call) =>
        new ServerInterceptingCall(call, {
          start: (next) =>
            flag.lost ? call.sendStatus({ code: status.UNAUTHENTICATED, details: 'no such token' }) : next(),
        }),
    ],
  })
  new HealthImplementation({ '': 'SERVING' }).addToServer(server)
  const port = await new Promise<number>((resolve, reject) => {
    const bound = (error: Error | null, found: number): void => (error === null ? resolve(found) : reject(error))
    server.bindAsync(`${HOST}:0`, ServerCredentials.createInsecure(), bound)
  })
  const open: Subject['open'] = async (to) => ({ check: grpc({ url: `http://${HOST}:${to}` }) })
  return bed({ check: 'grpc', port, flag, open }, () => server.forceShutdown())
}

export async function openTls(): Promise<Bed> {
  const server = createTlsServer(authority.issue(HOST), (socket) => socket.on('error', () => {}))
  server.on('tlsClientError', () => {})
  const port = await listening(server.listen(0, HOST))
  const open: Subject['open'] = async (to) => ({ check: tls({ host: HOST, port: to, ca: authority.ca }) })
  return bed({ check: 'tls', port, open }, () => server.close())
}

export async function openTcp(): Promise<Bed> {
  const server = createServer()
  const port = await listening(server.listen(0, HOST))
  const open: Subject['open'] = async (to) => ({ check: tcp({ host: HOST, port: to }) })
  const connects = 'it connects, and neither sends nor reads'
  return bed({ check: 'tcp', port, open }, () => server.close(), {
    'black hole': connects,
    slow: connects,
    garbage: connects,
  })
}
