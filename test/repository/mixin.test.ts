import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { tableBelow } from '../harness/metric-rows.ts'
import { grafanaProblems, type GrafanaDashboard } from '../mixin/grafana.ts'
import { dashboards, shippedAlerts } from '../mixin/mixin-files.ts'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const schema = z.fromJSONSchema(JSON.parse(read('test/mixin/dashboard.schema.json')) as z.core.JSONSchema.JSONSchema)

describe('the dashboards for Grafana', () => {
  it.each(dashboards().map(({ file }) => file))('fit the schema: %s', (file) => {
    const dashboard: unknown = JSON.parse(read(`mixin/dashboards/${file}`))
    expect(schema.safeParse(dashboard).error?.issues).toBeUndefined()
  })

  it.each(dashboards().map(({ file }) => file))('fit the types that Grafana itself publishes: %s', (file) => {
    expect(grafanaProblems(JSON.parse(read(`mixin/dashboards/${file}`)))).toBe('')
  })

  it("Grafana's types refuse what they do not know", () => {
    const dashboard = JSON.parse(read('mixin/dashboards/hale-apps.json')) as GrafanaDashboard
    const [first] = dashboard.panels
    const problems = (wrong: object): string =>
      grafanaProblems({ ...dashboard, panels: [{ type: 'stat', ...first, ...wrong }] })
    expect(problems({})).toBe('')
    expect(problems({ options: { colourMode: 'value' } })).toContain('colourMode')
    expect(problems({ gridPos: { x: 0, z: 1 } })).toContain(`'"z"'`)
    expect(problems({ type: 'timeseries', options: { legend: { displayMode: 'lst' } } })).toContain('"lst"')
    expect(grafanaProblems({ ...dashboard, graphToltip: 1 } as GrafanaDashboard)).toContain('graphToltip')
  })

  it('the schema refuses what it does not know', () => {
    const dashboard = JSON.parse(read('mixin/dashboards/hale-apps.json')) as { panels: readonly object[] }
    const [first, ...rest] = dashboard.panels
    const fits = (value: unknown): boolean => schema.safeParse(value).success
    expect(fits(dashboard)).toBe(true)
    expect(fits({ ...dashboard, panles: [] })).toBe(false)
    expect(fits({ ...dashboard, panels: [{ ...first, type: 'graf' }, ...rest] })).toBe(false)
    expect(fits({ ...dashboard, panels: [{ ...first, targets: [] }, ...rest] })).toBe(false)
  })

  it.each(dashboards())('have panels with numbers of their own that do not overlap: $file', ({ panels }) => {
    const cells = panels.flatMap(({ gridPos: { h, w, x, y } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    expect(panels.every(({ gridPos: { w, x } }) => x + w <= 24)).toBe(true)
  })
})

it('docs/prometheus.md lists every alert, as it is, with what to do', () => {
  const rows = tableBelow(read('docs/prometheus.md'), 'Alerts')
  expect(rows).toEqual(
    shippedAlerts().map(({ alert, description, severity, waits }) => [`\`${alert}\``, severity, waits, description]),
  )
})
