import type { Retention } from '../store/store.ts'
import type { TargetSpec } from '../model.ts'

/** A whole configuration with every default filled in and every `${NAME}` replaced. What `run` takes. */
export interface MonitorConfig {
  readonly server: {
    /** Address to listen on. Default `127.0.0.1`: nobody else can reach it unless told otherwise. */
    readonly host: string
    /** Default 8480; 0 picks a free one. */
    readonly port: number
    /** Address under which people reach the pages, for links in messages. Undefined: made from host and port. */
    readonly publicUrl: string | undefined
  }
  /** `sqlite:path/to/folder`; the scheme picks the store. */
  readonly store: string
  /** How long history is kept, in milliseconds. */
  readonly retention: Readonly<Record<'samplesMs' | 'rollupsMs' | 'incidentsMs', number>>
  readonly network: NetworkPolicy
  readonly targets: readonly TargetSpec[]
  readonly channels: readonly ChannelConfig[]
}

/** Which addresses probes and webhooks may connect to; judged after DNS, on the address itself (S6). */
export interface NetworkPolicy {
  /** Private and loopback ranges. Default true: watching internal services is what a monitor is for. */
  readonly private: boolean
  /** CIDR ranges allowed besides, link-local ones among them. Default none, so cloud metadata is out of reach. */
  readonly allow: readonly string[]
}

export interface ChannelConfig {
  readonly name: string
  readonly kind: string
  /** Validated by the channel kind's own schema. */
  readonly options: unknown
}

/** The instants before which things are dropped. */
export function retentionAt(config: MonitorConfig['retention'], wall: number): Retention {
  return {
    samplesBefore: wall - config.samplesMs,
    rollupsBefore: wall - config.rollupsMs,
    incidentsBefore: wall - config.incidentsMs,
  }
}
