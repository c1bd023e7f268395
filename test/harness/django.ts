import { startServer, type RealServer } from './server.ts'

/** Starts a Django service by Django's own server. @param folder holds the module of its settings, `settings`. */
export function startDjango(folder: string, settings: string): Promise<RealServer> {
  return startServer({
    binary: 'django-admin',
    args: ({ host, port }) => [
      'runserver',
      `${host}:${port}`,
      '--noreload',
      '--pythonpath',
      folder,
      '--settings',
      settings,
    ],
    ready: /Starting development server/,
    url: ({ host, port }) => `http://${host}:${port}`,
    stopSignal: 'SIGINT',
  })
}
