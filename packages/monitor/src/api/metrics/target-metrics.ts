import { STATUSES, severity } from 'hale'
import type { TargetSnapshot } from '../../evaluate/news.ts'
import type { MetricFamily, MetricPoint } from './exposition.ts'

/**
 * What is believed of every target. Labels are the configuration's own ids and the closed set of statuses: what targets
 * answer, names of components among it, never makes a label (E11).
 */
export function targetMetrics(targets: readonly TargetSnapshot[]): readonly MetricFamily[] {
  const each = (value: (target: TargetSnapshot) => number | undefined): readonly MetricPoint[] =>
    targets.flatMap((target) => {
      const found = value(target)
      return found === undefined ? [] : [{ labels: { target: target.spec.id }, value: found }]
    })
  return [
    {
      name: 'hale_target_status',
      type: 'gauge',
      help: '1 for the status that the target has, 0 for the others.',
      points: targets.flatMap(({ spec, state }) =>
        STATUSES.map((status) => ({ labels: { target: spec.id, status }, value: state.status === status ? 1 : 0 })),
      ),
    },
    {
      name: 'hale_target_response_seconds',
      type: 'gauge',
      help: 'How long the last probe took.',
      points: each(({ state }) => seconds(state.last?.durationMs)),
    },
    {
      name: 'hale_target_last_probe_timestamp_seconds',
      type: 'gauge',
      help: 'When the last probe answered.',
      points: each(({ state }) => seconds(state.last?.at.wall)),
    },
    {
      name: 'hale_target_components',
      type: 'gauge',
      help: "Components of the target's health document.",
      points: each(({ components }) => components.length),
    },
    {
      name: 'hale_target_components_not_healthy',
      type: 'gauge',
      help: 'Those of them that are degraded, unknown or unhealthy.',
      points: each(({ components }) => components.filter(({ state }) => severity(state.status) > 0).length),
    },
    {
      name: 'hale_target_certificate_expiry_timestamp_seconds',
      type: 'gauge',
      help: "When the target's certificate ends.",
      points: each(({ facts }) => seconds(facts.certificate?.validTo)),
    },
  ]
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000
}
