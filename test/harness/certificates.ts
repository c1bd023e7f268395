import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Identity {
  readonly key: string
  readonly cert: string
}

/** An authority of our own, made anew for each test run with the system's openssl. */
export interface Authority extends Disposable {
  /** Its certificate (PEM), to trust. */
  readonly ca: string
  /** A server's key and certificate for a DNS name; negative days: it ended then. */
  issue(name: string, days: number): Identity
}

export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'hale-authority-'))
  const file = (name: string): string => join(folder, name)
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  }
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout']
  openssl('req', '-x509', ...newKey, 'ca.key', '-out', 'ca.pem', '-days', '30', '-subj', '/CN=Hale test authority')
  return {
    ca: readFileSync(file('ca.pem'), 'utf8'),
    issue(name, days) {
      openssl('req', ...newKey, 'server.key', '-out', 'server.csr', '-subj', `/CN=${name}`)
      writeFileSync(file('extensions'), `subjectAltName=DNS:${name}`)
      const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'extensions']
      openssl('x509', '-req', '-in', 'server.csr', ...signed, '-days', String(days), '-out', 'server.pem')
      return { key: readFileSync(file('server.key'), 'utf8'), cert: readFileSync(file('server.pem'), 'utf8') }
    },
    [Symbol.dispose]() {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
