import type { Status } from '../../core/status.ts'

// Each status has a shape of its own (from Lucide, ISC licence): it is told apart without colour.
const CIRCLE = 'M22 12a10 10 0 1 1-20 0 10 10 0 0 1 20 0'
const SHAPES: Readonly<Record<Status, readonly [shape: string, sign: string]>> = {
  healthy: [CIRCLE, 'm16 9-5.500 5.500L8 12'],
  degraded: ['m21.730 18-8-14a2 2 0 0 0-3.480 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.730-3', 'M12 9v4M12 17h.01'],
  unhealthy: ['M8.300 2h7.400L22 8.300v7.400L15.700 22H8.300L2 15.700V8.300z', 'm15 9-6 6M9 9l6 6'],
  unknown: [CIRCLE, 'M9.090 9a3 3 0 0 1 5.830 1c0 2-3 3-3 3M12 17h.01'],
  maintenance: [CIRCLE, 'M10 15V9M14 15V9'],
  skipped: [CIRCLE, 'M8 12h8'],
}

/** A status as a shape. The word stands beside it, so it is hidden from screen readers. */
export function toMark(status: Status): string {
  const [shape, sign] = SHAPES[status]
  return `<svg viewBox="0 0 24 24" aria-hidden="true"><path class="shape" d="${shape}"/><path class="sign" d="${sign}"/></svg>`
}
