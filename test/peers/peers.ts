import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startDjango } from '../harness/django.ts'
import { startFlask } from '../harness/flask.ts'
import { installOnce } from '../harness/install-once.ts'
import { freePort } from '../harness/ports.ts'
import { startServer, type RealServer } from '../harness/server.ts'

const sources = fileURLToPath(new URL('./services', import.meta.url))
/** Inside the repository, so that NestJS and Express are found there. */
const folder = fileURLToPath(new URL('../../test-results/peers', import.meta.url))

/** Libraries whose services run in one process of Node's, by the name of the format that they answer in. */
const OF_NODE = ['terminus', 'godaddy', 'medicus', 'adonis', 'cloudnative', 'lightship', 'under-pressure'] as const
export type NodePeer = (typeof OF_NODE)[number]
export type Peer = NodePeer | 'django' | 'flask'

/** How the services are: what all of them depend on fails, or is slow, or is well. */
export type Mood = 'healthy' | 'degraded' | 'failing'

/** Services with the health libraries of other makers, at work. */
export interface Peers extends AsyncDisposable {
  /** Where each answers. */
  readonly urls: Readonly<Record<Peer, string>>
  be(mood: Mood): Promise<void>
  /** Who has asked those of Node's, in the words of the callers' headers. */
  callers(): Promise<Readonly<Record<NodePeer, readonly string[]>>>
  /** Asks those of Node's to end: those that know how to drain go on answering. */
  terminate(): void
  /** Ends those of Node's and starts them again, where they were. */
  restart(): Promise<void>
}

/** Installs them once and starts them all. */
export async function startPeers(): Promise<Peers> {
  // Some have not yet said that they work with the newest of the others; they do.
  const flags = ['--legacy-peer-deps', '--ignore-scripts']
  await installOnce('health libraries of other makers', join(sources, 'package.json'), folder, flags)
  copyFileSync(join(sources, 'services.mjs'), join(folder, 'services.mjs'))
  const ports = Object.fromEntries(
    await Promise.all(OF_NODE.map(async (name) => [name, await freePort()] as const)),
  ) as Record<NodePeer, number>
  const [first, django, flask] = await Promise.all([
    startNode(ports),
    startDjango(sources, 'django_service'),
    startFlask(join(sources, 'flask_service.py')),
  ])
  let node = first
  const control = async (path: string): Promise<unknown> => (await fetch(`${node.url}/${path}`)).json()
  return {
    urls: {
      terminus: at(ports.terminus),
      godaddy: at(ports.godaddy),
      // It tells of its checkers only those who ask for it.
      medicus: `${at(ports.medicus)}?debug=true`,
      adonis: at(ports.adonis),
      cloudnative: at(ports.cloudnative),
      lightship: at(ports.lightship),
      'under-pressure': at(ports['under-pressure']),
      django: `${django.url}/health`,
      flask: `${flask.url}/health`,
    },
    async be(mood) {
      await Promise.all([control(`be/${mood}`), ...[django, flask].map(({ url }) => fetch(`${url}/be/${mood}`))])
    },
    callers: () => control('callers') as ReturnType<Peers['callers']>,
    terminate: () => void process.kill(node.pid, 'SIGTERM'),
    async restart() {
      await node.stop()
      node = await startNode(ports)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([node, django, flask].map((server) => server.stop()))
    },
  }
}

const at = (port: number): string => `http://127.0.0.1:${port}/health`

function startNode(ports: Readonly<Record<NodePeer, number>>): Promise<RealServer> {
  return startServer({
    binary: 'node',
    args: ({ port }) => [join(folder, 'services.mjs'), String(port), JSON.stringify(ports)],
    ready: /all serve/,
    url: ({ host, port }) => `http://${host}:${port}`,
    // Those that drain would not end for a minute.
    stopSignal: 'SIGKILL',
  })
}
