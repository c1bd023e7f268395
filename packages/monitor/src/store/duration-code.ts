/**
 * Durations as small integers: steps of 10 µs up to 10 ms, of 1 % above, at most a day. 0 stands for "not measured".
 * Any duration that people wait for is at most two varint bytes, and is off by at most 5 µs or 0.5 %.
 */
export function toDurationCode(durationMs: number | undefined): number {
  if (durationMs === undefined || !Number.isFinite(durationMs)) return 0
  const linear = Math.round(Math.max(0, durationMs) * STEPS_PER_MS)
  if (linear <= LINEAR_STEPS) return linear + 1
  const logarithmic = Math.round(Math.log(Math.min(durationMs, MAX_MS) / LINEAR_MS) / LOG_RATIO)
  return LINEAR_STEPS + logarithmic + 1
}

/** The duration that a code stands for, in milliseconds. Undefined for 0 and for codes that nothing encodes to. */
export function fromDurationCode(code: number): number | undefined {
  return DECODED[code]
}

const LINEAR_MS = 10
const STEPS_PER_MS = 100
const LINEAR_STEPS = LINEAR_MS * STEPS_PER_MS
const LOG_RATIO = Math.log(1.01)
const MAX_MS = 86_400_000

const DECODED: readonly (number | undefined)[] = Array.from({ length: toDurationCode(MAX_MS) + 1 }, (_, code) => {
  if (code === 0) return undefined
  const steps = code - 1
  if (steps <= LINEAR_STEPS) return steps / STEPS_PER_MS
  return Math.round(LINEAR_MS * Math.exp((steps - LINEAR_STEPS) * LOG_RATIO) * STEPS_PER_MS) / STEPS_PER_MS
})
