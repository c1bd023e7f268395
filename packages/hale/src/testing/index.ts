export { checkConformance, type CheckConformance, type ConformanceCase } from './check-conformance.ts'
export { createFakeClock, type FakeClock } from './fake-clock.ts'
export { openFaultProxy, type FaultMode, type FaultProxy, type FaultProxyOptions } from './fault-proxy.ts'
export { scriptedCheck, type ScriptedCheck, type Step } from './scripted-check.ts'
