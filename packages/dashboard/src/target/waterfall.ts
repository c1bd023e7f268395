import type { ApiPhases } from '@hale/contract'

const PHASES = [
  ['dnsMs', 'DNS'],
  ['connectMs', 'Connect'],
  ['tlsMs', 'TLS'],
  ['firstByteMs', 'First byte'],
  ['transferMs', 'Transfer'],
] as const satisfies readonly (readonly [keyof ApiPhases, string])[]

/** One phase's bar: where it begins and how long it is, as shares of the scale; undefined when it did not take place. */
export interface Span {
  readonly from: number
  readonly length: number
  readonly ms: number
}

export interface WaterfallRow {
  readonly phase: keyof ApiPhases
  readonly label: string
  readonly fresh: Span | undefined
  readonly kept: Span | undefined
}

/** The whole time of a probe's phases. */
export function totalMs(phases: ApiPhases | null): number {
  return PHASES.reduce((sum, [phase]) => sum + (phases?.[phase] ?? 0), 0)
}

/** Each phase begins where the one before it ended; both probes on one scale, so that what keeping alive saves is seen. */
export function waterfall(fresh: ApiPhases | null, kept: ApiPhases | null): readonly WaterfallRow[] {
  const scale = Math.max(totalMs(fresh), totalMs(kept), Number.MIN_VALUE)
  const spans = (phases: ApiPhases | null): readonly (Span | undefined)[] => {
    let from = 0
    return PHASES.map(([phase]) => {
      const ms = phases?.[phase]
      if (ms === undefined) return undefined
      const span = { from: from / scale, length: ms / scale, ms }
      from += ms
      return span
    })
  }
  const freshSpans = spans(fresh)
  const keptSpans = spans(kept)
  return PHASES.map(([phase, label], place) => ({
    phase,
    label,
    fresh: freshSpans[place],
    kept: keptSpans[place],
  })).filter((row) => row.fresh !== undefined || row.kept !== undefined)
}
