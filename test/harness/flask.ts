import { startServer, type RealServer } from './server.ts'

/** Starts a Flask app by Flask's own server. @param app path of its file. */
export function startFlask(app: string): Promise<RealServer> {
  return startServer({
    binary: 'flask',
    args: ({ host, port }) => ['--app', app, 'run', '--host', host, '--port', String(port)],
    ready: /Running on http/,
    url: ({ host, port }) => `http://${host}:${port}`,
    stopSignal: 'SIGINT',
  })
}
