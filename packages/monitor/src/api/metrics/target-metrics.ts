import { severity } from 'hale'
import type { MetricFamily, MetricPoint } from 'hale/formats/exposition'
import { toSeconds, toStatePoints } from 'hale/formats/report-metrics'
import type { TargetSnapshot } from '../../evaluate/news.ts'

/**
 * What is believed of every target, under the names that the library gives what it believes of a check. Labels are the configuration's own ids and the closed set of statuses: what targets
 * answer, names of components among it, never makes a label (E11).
 */
export function targetMetrics(targets: readonly TargetSnapshot[], now: number): readonly MetricFamily[] {
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
      points: targets.flatMap(({ spec, state }) => toStatePoints(state.status, { target: spec.id })),
    },
    {
      name: 'hale_target_status_since_timestamp_seconds',
      type: 'gauge',
      help: 'When the status of a target became what it is.',
      points: each(({ state }) => toSeconds(state.since)),
    },
    {
      name: 'hale_target_last_duration_seconds',
      type: 'gauge',
      help: 'How long the last probe took.',
      points: each(({ state }) => toSeconds(state.last?.durationMs)),
    },
    {
      name: 'hale_target_age_seconds',
      type: 'gauge',
      help: 'How long ago the last probe answered.',
      points: each(({ state }) => toSeconds(state.last && Math.max(0, now - state.last.at.now))),
    },
    {
      name: 'hale_target_consecutive_failures',
      type: 'gauge',
      help: 'How many probes failed in a row, up to the last.',
      points: each(({ state }) => state.consecutiveFailures),
    },
    {
      name: 'hale_target_incident_open',
      type: 'gauge',
      help: '1 while an incident of the target is open.',
      points: each(({ incident }) => (incident === undefined ? 0 : 1)),
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
      points: each(({ facts }) => toSeconds(facts.certificate?.validTo)),
    },
  ]
}
