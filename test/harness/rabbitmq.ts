import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ensurePackages } from './packages.ts'
import { freePort } from './ports.ts'
import { startServer, type Place, type RealServer } from './server.ts'

const run = promisify(execFile)

/** Where Debian puts the programs themselves; those on the path change the user to `rabbitmq`. */
const PROGRAMS = '/usr/lib/rabbitmq/bin'

export interface RabbitmqServer extends RealServer {
  /** Its management API, with the user's name and password. */
  readonly management: string
  /** Runs Erlang in the server. */
  evaluate(code: string): Promise<void>
}

/** Starts a private RabbitMQ with its management API and no other plugin, and the user `hale`, who may do everything. */
export async function startRabbitmq({ password }: { readonly password: string }): Promise<RabbitmqServer> {
  ensurePackages(['epmd', 'rabbitmq-server'])
  // Erlang's name server, which it would start for good otherwise.
  const names = await startServer({
    binary: 'epmd',
    args: ({ host, port }) => ['-d', '-port', String(port), '-address', host],
    ready: /epmd running/,
    url: ({ host, port }) => `epmd://${host}:${port}`,
  })
  const distributionPort = String(await freePort())
  const managementPort = await freePort()
  const environment = ({ folder }: Place): Record<string, string> => ({
    HOME: folder, // of the secret that its tools share with it
    ERL_EPMD_PORT: String(names.port),
    RABBITMQ_DIST_PORT: distributionPort,
    RABBITMQ_NODENAME: 'hale@localhost',
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RUNNING_UNDER_SYSTEMD: 'true', // it is the process itself then, and none that waits for it
  })
  try {
    const server = await startServer({
      binary: 'rabbitmq-server',
      path: join(PROGRAMS, 'rabbitmq-server'),
      unprivileged: true,
      async prepare({ folder, host, port }) {
        writeFileSync(join(folder, 'plugins'), '[rabbitmq_management].')
        writeFileSync(
          join(folder, 'rabbitmq.conf'),
          [
            `listeners.tcp.1 = ${host}:${port}`,
            `management.tcp.ip = ${host}`,
            `management.tcp.port = ${managementPort}`,
            'collect_statistics_interval = 500', // ms
            'log.console = true',
            'default_user = hale',
            `default_pass = ${password}`,
          ]
            .map((line) => `${line}\n`)
            .join(''),
        )
      },
      args: () => [],
      env: environment,
      ready: /Server startup complete/,
      url: ({ host, port }) => `amqp://hale:${password}@${host}:${port}`,
      stopSignal: 'SIGKILL',
    })
    const stop = server.stop.bind(server)
    return Object.assign(server, {
      management: `http://hale:${password}@${server.host}:${managementPort}`,
      async evaluate(code: string) {
        const env = { ...environment(server), PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' }
        await run(join(PROGRAMS, 'rabbitmqctl'), ['-n', 'hale@localhost', 'eval', code], { env })
      },
      async stop() {
        await stop()
        await names.stop()
      },
    })
  } catch (error) {
    await names.stop()
    throw error
  }
}
