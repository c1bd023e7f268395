export { aggregate, type Part } from './core/aggregate.ts'
export type { Announcement } from './core/announcement.ts'
export {
  defineCheck,
  type Check,
  type CheckContext,
  type CheckFunction,
  type DependencyCheck,
  type DependencyRegistration,
  type LocalCheck,
  type LocalRegistration,
  type Probe,
  type Registrable,
  type Registration,
  type ResolvedRegistration,
  type Scope,
} from './core/check.ts'
export { systemClock, type Clock, type Timer } from './core/clock.ts'
export { CODES, type Code, type KnownCode } from './core/codes.ts'
export type { Condition, ConditionAnswer, ConditionContext, When } from './core/condition.ts'
export { createHealth } from './core/create-health.ts'
export { formatDuration, parseDuration, type Duration } from './core/duration.ts'
export { codeFromError, resultFromError } from './core/error-codes.ts'
export { age, describeReason, evaluate, initialState, rebase } from './core/evaluate.ts'
export { formatObserved } from './core/figures.ts'
export type { Health, HealthEvents, HealthOptions, Mode, Run, Selection, Transition, View } from './core/health.ts'
export type { Logger } from './core/logger.ts'
export type { Maintenance, MaintenanceOptions } from './core/maintenance.ts'
export type { ScheduledMaintenance } from './core/maintenance-schedule.ts'
export { HealthSetupError, type Problem } from './core/misuse.ts'
export type { EvaluationPolicy, Impact, Policy, PolicyOptions } from './core/policy.ts'
export { redactData } from './core/redact-data.ts'
export { redact } from './core/redact.ts'
export type { CheckDurations } from './core/durations.ts'
export type { CheckReport, CheckTotals, Report, Service } from './core/report.ts'
export { degraded, healthy, unhealthy, unknown, type Observed, type Result } from './core/result.ts'
export { createRunner, type Runner, type RunnerOptions, type Timed, type TimeoutInfo } from './core/runner.ts'
export type { StartupOptions, StartupTask } from './core/startup-task.ts'
export type { Instant, Observation, Reason, State } from './core/state.ts'
export { STATUSES, isJudged, isStatus, milder, severity, worse, type JudgedStatus, type Status } from './core/status.ts'
export type { HistogramCounts } from './core/histogram.ts'
export {
  createTraffic,
  type Traffic,
  type TrafficFigures,
  type TrafficOptions,
  type TrafficTotals,
} from './core/traffic.ts'
