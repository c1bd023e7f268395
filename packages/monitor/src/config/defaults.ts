import type { Config, TargetDefaults } from '@hale/contract'

type Filled<T> = { readonly [Key in keyof T]-?: NonNullable<T[Key]> }

/** Options of a target that have one default, whatever the target. */
type Fixed = Filled<
  Pick<
    TargetDefaults,
    'every' | 'timeout' | 'failureThreshold' | 'successThreshold' | 'freshEvery' | 'method' | 'redirects' | 'maxBody'
  >
>

interface Defaults {
  readonly server: Omit<Filled<NonNullable<Config['server']>>, 'publicUrl'>
  readonly store: string
  readonly retention: Filled<NonNullable<Config['retention']>>
  readonly network: { readonly private: boolean; readonly allow: readonly string[] }
  readonly channels: readonly { readonly name: string; readonly kind: string }[]
  readonly target: Fixed
  readonly tls: Filled<NonNullable<TargetDefaults['tls']>>
  readonly status: string
  readonly staleAfterMs: (everyMs: number, timeoutMs: number) => number
  readonly jitter: (everyMs: number) => number
}

/**
 * Every default of the config file, and nowhere else; `docs/config.md` lists them.
 *
 * `failureThreshold` is 1: the page shows what the last probe found, within one interval. Whoever is woken by blips
 * raises it for that target, or in `defaults`.
 */
export const CONFIG_DEFAULTS: Defaults = {
  server: { host: '127.0.0.1', port: 8480 },
  store: './hale-data',
  retention: { samples: '30d', hours: '400d', incidents: '400d' },
  network: { private: true, allow: [] },
  channels: [{ name: 'console', kind: 'console' }],
  target: {
    every: '10s',
    /** Or `every`, where that is shorter. */
    timeout: '2s',
    failureThreshold: 1,
    successThreshold: 1,
    freshEvery: 10,
    method: 'GET',
    redirects: 3,
    maxBody: '1MB',
  },
  tls: { verify: true, degradedDays: 14, unhealthyDays: 3 },
  /** Good status codes of kind `http`. */
  status: '200-299',
  /** Three intervals missed, and the time of one probe. */
  staleAfterMs: (everyMs: number, timeoutMs: number): number => 3 * everyMs + timeoutMs,
  /** Share of `every` over which first probes are spread (M2): all of it, but nobody waits more than 30 s to see a status. */
  jitter: (everyMs: number): number => Math.min(1, 30_000 / everyMs),
}
