export {
  CONFORMANCE_KEY,
  adapterConformance,
  conformanceHealth,
  type AdapterConformance,
  type AdapterServer,
  type AdapterSetup,
} from './adapter-conformance.ts'
export { checkConformance, type CheckConformance, type ConformanceCase } from './check-conformance.ts'
export { expectHealth, type HealthExpectation } from './expect-health.ts'
export { createFakeClock, type FakeClock } from './fake-clock.ts'
export type { FaultMode, Strain } from './fault-mode.ts'
export { openFaultProxy, type FaultProxy, type FaultProxyOptions } from './fault-proxy.ts'
export { scriptedCheck, type ScriptedCheck, type Step } from './scripted-check.ts'
export { createTestAuthority, type Identity, type TestAuthority } from './test-authority.ts'
export { trafficConformance, type TrafficConformance, type TrafficSetup } from './traffic-conformance.ts'
