import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const TYPES = join(dirname(fileURLToPath(import.meta.resolve('@grafana/schema/package.json'))), 'dist/types')
const TSC = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url))
/** The folder of each panel's own types. Only these panels are known here. */
const KINDS: Readonly<Record<string, string>> = {
  stat: 'stat',
  'state-timeline': 'statetimeline',
  table: 'table',
  timeseries: 'timeseries',
}

// Grafana fills in what is not saved, and JSON has the values of its enums, not their names.
const PRELUDE = `
import type { Dashboard, Panel } from '${TYPES}/index.d.ts'
type Saved<T> = T extends string ? \`\${T}\`
  : T extends readonly (infer Each)[] ? readonly Saved<Each>[]
  : T extends object ? { [Key in keyof T]?: Saved<T[Key]> }
  : T
`

/** A dashboard as it is saved. */
export interface GrafanaDashboard {
  readonly panels: readonly { readonly type: string; readonly options?: unknown }[]
}

/**
 * What TypeScript has against a dashboard as Grafana's own types describe it: the dashboard, each panel, and the options of
 * each kind of panel. Empty when nothing. Queries are not of those types: they are Prometheus' data source's.
 */
export function grafanaProblems({ panels, ...dashboard }: GrafanaDashboard): string {
  const folder = mkdtempSync(join(tmpdir(), 'hale-grafana-'))
  const file = join(folder, 'dashboard.ts')
  const checks = panels.map(({ options, ...panel }, at) => {
    const from = `${TYPES}/raw/composable/${KINDS[panel.type] ?? panel.type}/panelcfg/x/types.gen.d.ts`
    return [
      `export const panel${at}: Saved<Panel> = ${JSON.stringify(panel)}`,
      `export const options${at}: Saved<import('${from}').Options> = ${JSON.stringify(options)}`,
    ].join('\n')
  })
  const whole = `export const dashboard: Saved<Omit<Dashboard, 'panels'>> = ${JSON.stringify(dashboard)}`
  writeFileSync(file, [PRELUDE, whole, ...checks].join('\n'))
  const flags = ['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--target', 'esnext', '--module', 'esnext']
  const { stderr, stdout } = spawnSync(TSC, [...flags, '--moduleResolution', 'bundler', file], { encoding: 'utf8' })
  rmSync(folder, { recursive: true })
  return stdout + stderr
}
