// uPlot is loaded with this module only, on a target's page.
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Palette } from '../ui/theme.ts'
import { responseTime } from '../words/duration.ts'
import { times } from '../words/time.ts'
import type { ChartData } from './chart-data.ts'

export interface ChartOptions {
  readonly palette: Palette
  /** Pixels a rem, for type that grows with the screen. */
  readonly rem: number
  /** The place under the pointer, or undefined. */
  readonly onPoint: (place: number | undefined) => void
}

export interface Chart {
  show(data: ChartData, fromMs: number, toMs: number): void
  resize(): void
  destroy(): void
}

const DAY_S = 86_400
const HEIGHT_REM = 17

/** Draws p50, p95 and p99 over time, with failures as marks on the ground line. */
export function createChart(element: HTMLElement, { palette, rem, onPoint }: ChartOptions): Chart {
  let shown: ChartData | undefined
  const [p50, p95, p99] = palette.series
  const font = `${Math.round(rem * 0.75)}px ${getComputedStyle(element).fontFamily}`
  const axis: uPlot.Axis = {
    font,
    stroke: palette.text,
    grid: { stroke: palette.line, width: 1 },
    ticks: { show: false },
  }
  const line = (stroke: string, width: number, dash?: number[]): uPlot.Series => ({
    stroke,
    width: (width * rem) / 16,
    spanGaps: false,
    points: { show: sparse },
    ...(dash === undefined ? {} : { dash }),
  })
  const plot = new uPlot(
    {
      ...size(element, rem),
      padding: [rem * 0.5, rem * 0.5, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
      scales: { x: { time: true }, ms: { range: (_, __, max) => [0, Math.max(1, (max ?? 1) * 1.1)] } },
      axes: [
        { ...axis, size: rem * 1.9, space: rem * 5.5, values: (_, at, __, ___, step) => at.map((s) => label(s, step)) },
        {
          ...axis,
          scale: 'ms',
          size: rem * 4.25,
          space: rem * 2.5,
          values: (_, at) => at.map((ms) => responseTime(ms)),
        },
      ],
      series: [
        {},
        { ...line(p99, 1.25, [2, 3]), scale: 'ms' },
        { ...line(p95, 1.5, [7, 4]), scale: 'ms' },
        { ...line(p50, 2.25), scale: 'ms' },
      ],
      hooks: {
        draw: [(self) => drawFailures(self, shown, palette)],
        setCursor: [(self) => onPoint(self.cursor.idx ?? undefined)],
      },
    },
    [[], [], [], []],
    element,
  )
  return {
    show(data, fromMs, toMs) {
      shown = data
      const columns = [data.at, data.p99, data.p95, data.p50].map((column) => [...column])
      plot.setData(columns as unknown as uPlot.AlignedData, false)
      plot.batch(() => {
        plot.setScale('x', { min: fromMs / 1000, max: toMs / 1000 })
      })
    },
    resize: () => plot.setSize(size(element, rem)),
    destroy: () => plot.destroy(),
  }
}

/** Points are drawn only where a lone one would be no line at all. */
function sparse(self: uPlot): boolean {
  return self.data[0].length < 3
}

function size(element: HTMLElement, rem: number): { width: number; height: number } {
  return { width: element.clientWidth, height: Math.round(HEIGHT_REM * rem) }
}

function label(seconds: number, step: number): string {
  if (step < 60) return times.second(seconds * 1000)
  return step >= DAY_S ? times.day(seconds * 1000) : times.minute(seconds * 1000)
}

function drawFailures(self: uPlot, data: ChartData | undefined, palette: Palette): void {
  if (data === undefined) return
  const { ctx, bbox } = self
  const least = Math.round(3 * devicePixelRatio)
  const right = bbox.left + bbox.width
  ctx.save()
  ctx.fillStyle = palette.failure
  for (const { from, to, share } of data.failures) {
    const x = Math.max(bbox.left, Math.round(self.valToPos(from, 'x', true)))
    const end = Math.min(right, Math.max(x + least, Math.round(self.valToPos(to, 'x', true))))
    if (end <= x) continue
    const height = Math.round(bbox.height * (0.04 + 0.06 * share))
    ctx.fillRect(x, bbox.top + bbox.height - height, end - x, height)
  }
  ctx.restore()
}
