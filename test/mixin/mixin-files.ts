import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that is shipped. */
export const mixin = fileURLToPath(new URL('../../mixin', import.meta.url))

export const RULE_FILES: readonly string[] = ['rules.yaml', 'alerts.yaml'].map((name) => join(mixin, name))

/** The rules with every wait cut to a second and every range to a few, so that a test sees them fire; nothing else is changed. */
export function shortened(): readonly string[] {
  return RULE_FILES.map((file) =>
    readFileSync(file, 'utf8')
      .replaceAll(/^( +for:) \w+$/gm, '$1 1s')
      .replaceAll(/\[\d+m\]/g, '[5s]')
      .replaceAll('[1d]', '[5m]'),
  )
}

/** What is shipped for the configuration of Alertmanager. */
export const inhibitRules = (): string => readFileSync(join(mixin, 'alertmanager.yaml'), 'utf8')

/** One alert as it is shipped. */
export interface ShippedAlert {
  readonly alert: string
  readonly severity: string
  /** `at once` when it does not wait. */
  readonly waits: string
  /** What it means and what to do, on one line; labels as `{check}`. */
  readonly description: string
}

export function shippedAlerts(): readonly ShippedAlert[] {
  const text = readFileSync(join(mixin, 'alerts.yaml'), 'utf8')
  return text
    .split(/^ +- alert: /m)
    .slice(1)
    .map((block) => {
      const field = (pattern: RegExp): string | undefined => pattern.exec(block)?.[1]
      return {
        alert: field(/^(\w+)/) ?? '',
        severity: field(/^ +severity: (\w+)/m) ?? '',
        waits: field(/^ +for: (\w+)/m) ?? 'at once',
        description: (field(/^ +description: >-\n([^]*?)(?=^ {2}- name|(?![^]))/m) ?? '')
          .trim()
          .replaceAll(/\s+/g, ' ')
          .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, '{$1}'),
      }
    })
}

export interface Panel {
  readonly title: string
  readonly type: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly fieldConfig: { readonly defaults: { readonly unit?: string } }
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[]
}

export interface Dashboard {
  readonly file: string
  readonly title: string
  readonly uid: string
  readonly panels: readonly Panel[]
}

/** What is shipped for Grafana, parsed. */
export function dashboards(): readonly Dashboard[] {
  return globSync(join(mixin, 'dashboards/*.json'))
    .toSorted()
    .map((file) => ({ file: basename(file), ...(JSON.parse(readFileSync(file, 'utf8')) as Omit<Dashboard, 'file'>) }))
}

/** An expression with Grafana's variables filled in: everything is shown, rates are taken over five seconds. */
export function filledIn(expr: string): string {
  return expr.replaceAll('$__rate_interval', '5s').replaceAll(/\$(?:job|instance)\b/g, '.*')
}
