import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startServer, type RealServer } from './server.ts'

/** Starts a private Mosquitto with the user `hale`, who may do everything. */
export function startMosquitto({ password }: { readonly password: string }): Promise<RealServer> {
  return startServer({
    binary: 'mosquitto',
    unprivileged: true,
    async prepare({ folder, host, port }, run) {
      const users = join(folder, 'users')
      await run('mosquitto_passwd', ['-c', '-b', users, 'hale', password])
      writeFileSync(
        join(folder, 'mosquitto.conf'),
        [`listener ${port} ${host}`, 'allow_anonymous false', `password_file ${users}`, ''].join('\n'),
      )
    },
    args: ({ folder }) => ['-c', join(folder, 'mosquitto.conf')],
    ready: /mosquitto version \S+ running/,
    url: ({ host, port }) => `mqtt://hale:${password}@${host}:${port}`,
  })
}
