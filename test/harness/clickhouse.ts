import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from './ports.ts'
import { startServer, type RealServer } from './server.ts'

const PASSWORD = 'harness-password'

/** Starts a private ClickHouse with one user `hale`, a password, and its HTTP interface. */
export function startClickhouse(): Promise<RealServer> {
  return startServer({
    binary: 'clickhouse-server',
    unprivileged: true,
    async prepare({ folder, host, port }) {
      // It does not start without a port of its native protocol.
      const native = await freePort()
      const config = `<yandex>
        <logger><console>1</console><level>information</level></logger>
        <listen_host>${host}</listen_host><http_port>${port}</http_port><tcp_port>${native}</tcp_port>
        <path>${folder}/data/</path><tmp_path>${folder}/tmp/</tmp_path>
        <user_files_path>${folder}/files/</user_files_path><format_schema_path>${folder}/schemas/</format_schema_path>
        <users_config>${folder}/users.xml</users_config><default_profile>default</default_profile>
        <default_database>default</default_database><mark_cache_size>1048576</mark_cache_size>
      </yandex>`
      const users = `<yandex>
        <profiles><default><max_memory_usage>100000000</max_memory_usage></default></profiles>
        <quotas><default></default></quotas>
        <users><hale><password>${PASSWORD}</password><networks><ip>127.0.0.1</ip></networks>
          <profile>default</profile><quota>default</quota></hale></users>
      </yandex>`
      await Promise.all([
        writeFile(join(folder, 'config.xml'), config, { mode: 0o644 }),
        writeFile(join(folder, 'users.xml'), users, { mode: 0o644 }),
      ])
    },
    args: ({ folder }) => [`--config-file=${join(folder, 'config.xml')}`],
    ready: /Ready for connections/,
    url: ({ host, port }) => `http://hale:${PASSWORD}@${host}:${port}`,
    stopSignal: 'SIGKILL', // the folder goes with it
  })
}
