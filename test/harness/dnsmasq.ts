import { startServer, type RealServer } from './server.ts'

/** Starts a private dnsmasq that knows these records and nothing else. Lines of its configuration, such as `host-record=a.test,10.0.0.1`. */
export function startDnsmasq(records: readonly string[]): Promise<RealServer> {
  return startServer({
    binary: 'dnsmasq',
    args: ({ folder, host, port }) => [
      '--keep-in-foreground',
      '--log-facility=-',
      '--conf-file=/dev/null',
      `--port=${port}`,
      `--listen-address=${host}`,
      '--bind-interfaces',
      '--no-resolv',
      '--no-hosts',
      '--local=/test/',
      `--pid-file=${folder}/pid`,
      '--user=',
      ...records.map((record) => `--${record}`),
    ],
    ready: /started, version/,
    url: ({ host, port }) => `${host}:${port}`,
  })
}
