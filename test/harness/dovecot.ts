import { execFileSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { ensurePackages } from './packages.ts'
import { startServer, type RealServer } from './server.ts'

/** Starts a private Dovecot, which offers to change to TLS when it has a certificate. Nobody can log in. */
export function startDovecot(
  protocol: 'imap' | 'pop3',
  certificate?: { readonly cert: string; readonly key: string },
): Promise<RealServer> {
  ensurePackages(['dovecot', `${protocol}-login`])
  return startServer({
    binary: 'dovecot',
    async prepare({ folder, host, port }) {
      const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
      writeFileSync(cert, certificate?.cert ?? '')
      writeFileSync(key, certificate?.key ?? '')
      const [user, group] = whoServes()
      chmodSync(folder, 0o755) // its processes for strangers are nobody's, and ask the others in there
      const lines = [
        `base_dir = ${folder}/run`,
        `state_dir = ${folder}/state`,
        'log_path = /dev/stderr',
        `protocols = ${protocol}`,
        `listen = ${host}`,
        `default_login_user = ${user}`,
        `default_internal_user = ${user}`,
        `default_internal_group = ${group}`,
        ...(certificate === undefined ? ['ssl = no'] : ['ssl = yes', `ssl_cert = <${cert}`, `ssl_key = <${key}`]),
        `service ${protocol}-login {`,
        '  chroot =',
        `  inet_listener ${protocol} {`,
        `    port = ${port}`,
        '  }',
        `  inet_listener ${protocol}s {`,
        '    port = 0',
        '  }',
        '}',
        'passdb {',
        '  driver = static',
        '}',
        '',
      ]
      writeFileSync(join(folder, 'dovecot.conf'), lines.join('\n'))
    },
    args: ({ folder }) => ['-F', '-c', join(folder, 'dovecot.conf')],
    ready: /starting up for/,
    url: ({ host, port }) => `${protocol}://${host}:${port}`,
  })
}

/** Root's own processes give up what they are; anybody else's cannot. */
function whoServes(): readonly [user: string, group: string] {
  if (process.getuid?.() === 0) return ['nobody', 'nogroup']
  return [userInfo().username, execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim()]
}
