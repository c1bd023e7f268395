import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startServer, type RealServer } from './server.ts'

export interface ChronyOptions {
  /** False: it serves no time, because it has none to be trusted. Default true: this machine's own. */
  readonly synchronised?: boolean
}

/** Starts a private NTP server that leaves the machine's clock alone. */
export function startChrony({ synchronised = true }: ChronyOptions = {}): Promise<RealServer> {
  const configure = ({ folder, host, port }: { folder: string; host: string; port: number }): string => `
port ${port}
bindaddress ${host}
allow ${host}
cmdport 0
pidfile ${join(folder, 'chronyd.pid')}
${synchronised ? 'local stratum 8' : ''}
`
  return startServer({
    binary: 'chronyd',
    prepare: (place) => writeFile(join(place.folder, 'chrony.conf'), configure(place)),
    args: ({ folder }) => ['-x', '-d', '-u', 'root', '-f', join(folder, 'chrony.conf')],
    ready: /Running with root privileges/,
    url: ({ host, port }) => `ntp://${host}:${port}`,
  })
}
