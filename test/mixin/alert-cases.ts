/** When one of the shipped alerts is to be quiet, to fire and to be resolved; times in minutes. */
export interface AlertCase {
  readonly alert: string
  /** Series by their selector, in promtool's notation: one sample a minute. */
  readonly series: Readonly<Record<string, string>>
  readonly quietAt: number
  readonly firesAt: number
  readonly resolvedAt: number
}

interface Spell {
  /** Minutes that the alert waits. */
  readonly waits: number
  readonly good?: number | string
  readonly bad?: number | string
  readonly besides?: AlertCase['series']
}

/** Good at first, bad from the first minute on until five minutes after the alert is due, and good again. */
function spell(alert: string, series: string, { bad = 1, besides = {}, good = 0, waits }: Spell): AlertCase {
  const worse = bad === 'gone' ? `stale _x${waits + 4}` : `${bad}x${waits + 4}`
  return {
    alert,
    series: { [series.replace('{', `{${AT},`)]: `${good} ${worse} ${good}x10`, ...besides },
    quietAt: waits,
    firesAt: waits + 2,
    resolvedAt: waits + 8,
  }
}

const AT = 'job="orders",instance="orders:8080"'
const DB = `${AT},check="db"`
const INFO = { [`hale_check_info{${DB},kind="postgres",impact="degrades"}`]: '1x60' }
const ROUTE = `${AT},route="POST /orders"`

/** Every alert of mixin/alerts.yaml, with the durations that are shipped. */
export const ALERT_CASES: readonly AlertCase[] = [
  spell('HaleServiceUnhealthy', 'hale_status{status="unhealthy"}', { waits: 2 }),
  spell('HaleServiceDegraded', 'hale_status{status="degraded"}', { waits: 15 }),
  spell('HaleServiceUnknown', 'hale_status{status="unknown"}', { waits: 5 }),
  spell('HaleServiceInMaintenance', 'hale_status{status="maintenance"}', { waits: 240 }),
  spell('HaleCheckUnhealthy', 'hale_check_status{check="db",status="unhealthy"}', {
    waits: 5,
    besides: INFO,
  }),
  spell('HaleCheckUnknown', 'hale_check_status{check="db",status="unknown"}', { waits: 10, besides: INFO }),
  {
    alert: 'HaleCheckFlapping',
    series: { [`hale_check_transitions_total{${DB}}`]: '0x30 0+1x10 10x60' },
    quietAt: 30,
    firesAt: 42,
    resolvedAt: 75,
  },
  {
    alert: 'HaleCheckFailuresHidden',
    series: {
      [`hale_check_duration_seconds_count{${DB}}`]: '0+5x200',
      [`hale_check_failures_total{${DB}}`]: '0+1x60 60x140',
      [`hale_check_status{${DB},status="healthy"}`]: '1x200',
    },
    quietAt: 10,
    firesAt: 20,
    resolvedAt: 90,
  },
  spell('HaleCheckSlowerThanUsual', 'hale_check_duration_seconds{check="db",quantile="0.95"}', {
    waits: 15,
    good: 0.15,
    bad: 0.5,
    besides: { [`hale_check_usual_duration_seconds{${DB}}`]: '0.1x60' },
  }),
  spell('HaleMetricsMissing', 'up{}', {
    waits: 5,
    good: 1,
    bad: 0,
    besides: { [`hale_status{${AT},status="healthy"}`]: '1 stale _x8 1x10' },
  }),
  spell('HaleScrapedWithoutKey', 'hale_draining{}', {
    waits: 15,
    bad: 'gone',
    besides: { [`hale_status{${AT},status="healthy"}`]: '1x60' },
  }),
  {
    alert: 'HaleRequestsFailing',
    series: {
      [`hale_http_request_duration_seconds_count{${ROUTE}}`]: '0+60x60',
      [`hale_http_request_errors_total{${ROUTE}}`]: '0+6x30 180x30',
    },
    quietAt: 3,
    firesAt: 12,
    resolvedAt: 40,
  },
  spell('HaleTargetUnhealthy', 'hale_target_status{target="payments",status="unhealthy"}', { waits: 5 }),
  spell('HaleTargetUnknown', 'hale_target_status{target="payments",status="unknown"}', { waits: 10 }),
  spell('HaleCertificateEnds', 'hale_target_certificate_expiry_timestamp_seconds{target="payments"}', {
    waits: 60,
    good: 90 * 86_400,
    bad: 7 * 86_400,
  }),
  spell('HaleMonitorStorageDown', 'hale_storage_up{}', { waits: 1, good: 1, bad: 0 }),
  {
    alert: 'HaleMonitorStopped',
    series: {
      [`hale_ticks_total{${AT}}`]: '0+60x30 1800x30 1800+60x30',
      [`hale_target_status{${AT},target="payments",status="healthy"}`]: '1x100',
    },
    quietAt: 38,
    firesAt: 48,
    resolvedAt: 65,
  },
  {
    alert: 'HaleMonitorDropsResults',
    series: { [`hale_reports_dropped_total{${AT}}`]: '0x10 5x30' },
    quietAt: 9,
    firesAt: 12,
    resolvedAt: 25,
  },
  {
    alert: 'HaleNotificationsStuck',
    series: { [`hale_outbox_pending{${AT}}`]: '0 3x40 0x30' },
    quietAt: 18,
    firesAt: 25,
    resolvedAt: 45,
  },
]

/** The cases as a file for `promtool test rules`. JSON is YAML. */
export function toPromtoolTests(ruleFiles: readonly string[]): string {
  const firing = (alert: string, minutes: number, count: number): object => ({
    expr: `count(ALERTS{alertname="${alert}",alertstate="firing"})`,
    eval_time: `${minutes}m`,
    exp_samples: count === 0 ? [] : [{ labels: '{}', value: count }],
  })
  return JSON.stringify({
    rule_files: ruleFiles,
    evaluation_interval: '1m',
    group_eval_order: ['hale-apps-records', 'hale-apps', 'hale-monitor'],
    tests: ALERT_CASES.map(({ alert, firesAt, quietAt, resolvedAt, series }) => ({
      name: alert,
      interval: '1m',
      input_series: Object.entries(series).map(([selector, values]) => ({ series: selector, values })),
      promql_expr_test: [firing(alert, quietAt, 0), firing(alert, firesAt, 1), firing(alert, resolvedAt, 0)],
    })),
  })
}
