import { signal } from '@preact/signals'
import type { SampleSeries } from '@hale/contract'
import type { VNode } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { getSamples } from '../api/client.ts'
import { now } from '../live/live.ts'
import { remPx } from '../overview/use-window.ts'
import { useResource } from '../ui/resource.ts'
import { palette } from '../ui/theme.ts'
import { responseTime } from '../words/duration.ts'
import { plural } from '../words/figures.ts'
import { times } from '../words/time.ts'
import { axisFrom, lateStart, summarise, toChartData, type ChartData } from './chart-data.ts'
import type { Chart } from './latency-chart.ts'
import { fittingRange, RANGES, type Range } from './ranges.ts'

/** What the person has chosen; until then what fits. */
const chosen = signal<Range | undefined>(undefined)

interface LatencyProps {
  readonly id: string
  /** When the first observation of the last day began; null when there is none. */
  readonly observedFrom: number | null
  /** Names of the target's components, each with a series of its own. */
  readonly components: readonly string[]
}

/** Response times over a range, of the target or one of its components, as chart and as table. */
export function Latency({ id, observedFrom, components }: LatencyProps): VNode {
  const range = chosen.value ?? fittingRange(observedFrom === null ? 0 : now.value - observedFrom)
  const [component, setComponent] = useState('')
  const period = Math.floor(now.value / range.refreshMs)
  const { data: series, error } = useResource(
    (signal) => load(id, range, component, signal),
    [id, range, period, component],
  )
  return (
    <section class="panel latency" aria-labelledby="latency-title">
      <header class="panel-head">
        <h2 id="latency-title">Response time</h2>
        {components.length === 0 ? null : (
          <label class="choice latency-of">
            <span class="hidden">Of</span>
            <select value={component} onChange={({ currentTarget }) => setComponent(currentTarget.value)}>
              <option value="">whole target</option>
              {components.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        <div class="segmented" role="group" aria-label="Range">
          {RANGES.map((each) => (
            <button type="button" key={each.id} aria-pressed={each === range} onClick={() => (chosen.value = each)}>
              {each.label}
            </button>
          ))}
        </div>
      </header>
      {error === undefined ? null : <p class="problem">{error.message}</p>}
      {series === undefined ? <div class="chart-space" /> : <Drawn series={series} />}
    </section>
  )
}

function load(id: string, range: Range, component: string, signal: AbortSignal): Promise<SampleSeries> {
  const to = Math.ceil(now.peek())
  return getSamples(id, { from: to - range.ms, to, component: component === '' ? undefined : component }, signal)
}

function Drawn({ series }: { readonly series: SampleSeries }): VNode {
  const data = useMemo(() => toChartData(series), [series])
  const [place, setPlace] = useState<number | undefined>(undefined)
  const words = describeSeries(series)
  return (
    <>
      <Legend data={data} place={place} words={words} />
      <Canvas data={data} series={series} words={words} onPoint={setPlace} />
      <details class="as-table">
        <summary>Show as table</summary>
        <SeriesTable series={series} />
      </details>
    </>
  )
}

/** A failed check took its time as well, and counts. */
function describeSeries(series: SampleSeries): string {
  const { count, failed, typicalMs, worstMs } = summarise(series)
  if (count === 0) return 'Nobody looked in this range.'
  const began = lateStart(series)
  return [
    `${plural(count, 'check')}, ${failed} failed.`,
    ...(typicalMs === null
      ? []
      : [
          `Typically ${responseTime(typicalMs)}, slowest p99 ${responseTime(worstMs)}${failed === 0 ? '' : ', failed ones included'}.`,
        ]),
    ...(began === undefined
      ? []
      : [`Nobody looked from ${times.at(series.from, series.to)} to ${times.at(began, series.to)}.`]),
  ].join(' ')
}

interface LegendProps {
  readonly data: ChartData
  readonly place: number | undefined
  readonly words: string
}

/** Which line is which; with the pointer in the chart, the figures there. */
function Legend({ data, place, words }: LegendProps): VNode {
  const at = place === undefined ? undefined : data.at[place]
  const point = place === undefined ? undefined : data.points[place]
  return (
    <div class="legend">
      <span class="legend-when">{at === undefined ? words : times.exact(at * 1000)}</span>
      {(['p50', 'p95', 'p99'] as const).map((name) => (
        <span key={name} class={`legend-line is-${name}`}>
          {name}
          {at === undefined ? null : <strong>{responseTime(point?.[name])}</strong>}
        </span>
      ))}
      <span class="legend-line is-failed">
        failed
        {at === undefined ? null : (
          <strong>{point === undefined ? 'not observed' : `${point.failed} of ${point.count}`}</strong>
        )}
      </span>
    </div>
  )
}

interface CanvasProps {
  readonly data: ChartData
  readonly series: SampleSeries
  readonly words: string
  readonly onPoint: (place: number | undefined) => void
}

function Canvas({ data, series, words, onPoint }: CanvasProps): VNode {
  const element = useRef<HTMLDivElement>(null)
  const [chart, setChart] = useState<Chart | undefined>(undefined)
  const colours = palette.value
  useEffect(() => {
    const host = element.current
    if (host === null) return
    let made: Chart | undefined
    let gone = false
    const observer = new ResizeObserver(() => made?.resize())
    const make = async (): Promise<void> => {
      const { createChart } = await import('./latency-chart.ts')
      if (gone) return
      made = createChart(host, { palette: colours, rem: remPx(), onPoint })
      observer.observe(host)
      setChart(made)
    }
    void make()
    return () => {
      gone = true
      observer.disconnect()
      made?.destroy()
    }
  }, [colours])
  useEffect(() => chart?.show(data, axisFrom(series), series.to), [chart, data, series])
  return <div ref={element} class="chart-space" role="img" aria-label={`Response time chart. ${words}`} />
}

function SeriesTable({ series }: { readonly series: SampleSeries }): VNode {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Response times as a table">
      <table class="table">
        <thead>
          <tr>
            {['From', 'Checks', 'Failed', 'p50', 'p95', 'p99', 'Slowest'].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {series.points.toReversed().map((point) => (
            <tr key={point.at}>
              <th scope="row">{times.at(point.at, now.peek())}</th>
              <td>{point.count}</td>
              <td>{point.failed}</td>
              <td>{responseTime(point.p50)}</td>
              <td>{responseTime(point.p95)}</td>
              <td>{responseTime(point.p99)}</td>
              <td>{responseTime(point.max)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
