import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openBrowser } from '../dashboard/browser.ts'
import { queryPrometheus, type Found } from '../harness/prometheus.ts'
import type { RealServer } from '../harness/server.ts'
import { filledIn, type Dashboard, type Panel } from './mixin-files.ts'

const RESULTS = fileURLToPath(new URL('../../test-results/', import.meta.url))
const STEP_S = 1
const UNIT_PX = 58
const ROW_PX = 32
const LINES = [
  '#2f7ed8',
  '#d9822b',
  '#2e9e5b',
  '#b8405e',
  '#7a5cc4',
  '#1a9aa0',
  '#8a6d3b',
  '#c23b9c',
  '#5b6b7a',
  '#9c9c1f',
]
/** As the value mappings of the dashboards have them. */
const STATES = ['#2e9e5b', '#e0b400', '#3b82d0', '#8b5cc4', '#d0393e']

/** One series of a panel, with its legend filled in. */
interface Line {
  readonly name: string
  readonly points: readonly (readonly [seconds: number, value: number])[]
}

/**
 * Draws what a real Prometheus answers to a dashboard's queries, panel by panel where the dashboard has them, and puts the
 * picture into test-results. This is a page of our own: Grafana draws the same figures in its own way.
 */
export async function drawDashboard(
  prometheus: RealServer,
  { file, panels, title }: Dashboard,
  seconds = 16,
): Promise<void> {
  const end = Date.now() / 1_000
  const range = { start: String(end - seconds), end: String(end), step: String(STEP_S) }
  const drawn = await Promise.all(
    panels.map(async (panel) => {
      const found = await Promise.all(
        panel.targets.map(async ({ expr, legendFormat }) =>
          (await queryPrometheus(prometheus, filledIn(expr), range)).map((each) => toLine(each, legendFormat)),
        ),
      )
      return toPanel(panel, found.flat(), end - seconds, end)
    }),
  )
  const height = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h)) * ROW_PX
  const page = `<!doctype html><meta charset="utf-8"><style>
    body{margin:24px;background:#fff;color:#1b2127;font:13px system-ui,sans-serif;width:${24 * UNIT_PX}px}
    h1{font-size:20px;margin:0 0 12px} .all{position:relative;height:${height}px} section{position:absolute;box-sizing:border-box;padding:4px}
    div.box{border:1px solid #d5dae0;border-radius:4px;height:100%;box-sizing:border-box;padding:8px;overflow:hidden}
    h2{font-size:13px;margin:0 0 4px} ul{list-style:none;margin:2px 0 0;padding:0;font-size:11px;columns:2} li{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
    b.stat{font-size:26px;margin-right:6px} span.stat{margin-right:28px} table{border-collapse:collapse;font-size:12px} td,th{padding:2px 10px 2px 0;text-align:left}
  </style><h1>${escape(title)}</h1><div class="all">${drawn.join('')}</div>`
  const browser = await openBrowser()
  try {
    const context = await browser.newContext({ viewport: { width: 24 * UNIT_PX + 48, height: height + 100 } })
    const tab = await context.newPage()
    await tab.setContent(page)
    mkdirSync(RESULTS, { recursive: true })
    await tab.screenshot({ path: `${RESULTS}prometheus-${file.replace('.json', '.png')}`, fullPage: true })
  } finally {
    await browser.close()
  }
}

function toLine({ metric, values = [] }: Found, legend: string): Line {
  const labels = Object.entries(metric).filter(([name]) => !['__name__', 'job', 'instance'].includes(name))
  const name =
    legend === ''
      ? labels.map(([, value]) => value).join(' · ')
      : legend.replaceAll(/\{\{(\w+)\}\}/g, (_all, label: string) => metric[label] ?? '')
  return {
    name,
    points: values.map(([at, value]) => [at, Number(value)] as const).filter(([, value]) => Number.isFinite(value)),
  }
}

function toPanel(panel: Panel, lines: readonly Line[], start: number, end: number): string {
  const { gridPos, title, type } = panel
  const { h, w, x, y } = gridPos
  const [width, height] = [w * UNIT_PX - 26, h * ROW_PX - 50]
  const box = `left:${x * UNIT_PX}px;top:${y * ROW_PX}px;width:${w * UNIT_PX}px;height:${h * ROW_PX}px`
  const body =
    type === 'stat'
      ? lines
          .map(
            ({ name, points }) =>
              `<b class="stat">${points.at(-1)?.[1] ?? ''}</b><span class="stat">${escape(name)}</span>`,
          )
          .join('')
      : type === 'table'
        ? `<table>${lines
            .filter(({ points }) => (points.at(-1)?.[0] ?? 0) > end - 5)
            .map(
              ({ name }) =>
                `<tr>${name
                  .split(' · ')
                  .map((cell) => `<td>${escape(cell)}</td>`)
                  .join('')}</tr>`,
            )
            .join('')}</table>`
        : type === 'state-timeline'
          ? toBands(lines, { start, end, width, height })
          : toChart(lines, panel, { start, end, width, height: height - 44 })
  return `<section style="${box}"><div class="box"><h2>${escape(title)}</h2>${body}</div></section>`
}

interface Space {
  readonly start: number
  readonly end: number
  readonly width: number
  readonly height: number
}

function toBands(lines: readonly Line[], { end, height, start, width }: Space): string {
  const row = Math.min(24, height / Math.max(1, lines.length))
  const across = (at: number): number => 170 + ((at - start) / (end - start)) * (width - 170)
  const bands = lines.map(({ name, points }, at) => {
    const cells = points.map(([time, value]) => {
      const left = across(time)
      return `<rect x="${left.toFixed(1)}" y="${(at * row + 2).toFixed(1)}" width="${(across(time + STEP_S) - left + 0.5).toFixed(1)}" height="${(row - 4).toFixed(1)}" fill="${STATES[value] ?? '#999'}"/>`
    })
    return `<text x="0" y="${(at * row + row / 2 + 4).toFixed(1)}" font-size="11">${escape(name)}</text>${cells.join('')}`
  })
  return `<svg width="${width}" height="${height}">${bands.join('')}</svg>`
}

function toChart(lines: readonly Line[], panel: Panel, { end, height, start, width }: Space): string {
  const most = Math.max(...lines.flatMap(({ points }) => points.map(([, value]) => value)), 1e-9)
  const across = (at: number): number => 60 + ((at - start) / (end - start)) * (width - 60)
  const up = (value: number): number => height - 4 - (value / most) * (height - 16)
  const paths = lines.map(({ points }, at) => {
    const path = points.map(([time, value]) => `${across(time).toFixed(1)},${up(value).toFixed(1)}`).join(' ')
    return `<polyline points="${path}" fill="none" stroke="${LINES[at % LINES.length]}" stroke-width="1.5"/>`
  })
  const axis = [0, most / 2, most].map(
    (value) =>
      `<text x="0" y="${(up(value) + 4).toFixed(1)}" font-size="10" fill="#66707a">${toAmount(value, panel.fieldConfig.defaults.unit)}</text><line x1="60" x2="${width}" y1="${up(value).toFixed(1)}" y2="${up(value).toFixed(1)}" stroke="#eceff2"/>`,
  )
  const legend = lines
    .slice(0, 6)
    .map(({ name }, at) => `<li><span style="color:${LINES[at % LINES.length]}">■</span> ${escape(name)}</li>`)
  return `<svg width="${width}" height="${height}">${axis.join('')}${paths.join('')}</svg><ul>${legend.join('')}</ul>`
}

function toAmount(value: number, unit = 'short'): string {
  const round = (number: number): string => String(Number(number.toPrecision(3)))
  if (unit === 's')
    return value >= 86_400
      ? `${round(value / 86_400)} d`
      : value >= 1 || value === 0
        ? `${round(value)} s`
        : `${round(value * 1_000)} ms`
  if (unit === 'percentunit') return `${round(value * 100)} %`
  if (unit === 'bytes') return `${round(value / 1e6)} MB`
  return unit === 'reqps' || unit === 'ops' ? `${round(value)} /s` : round(value)
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
