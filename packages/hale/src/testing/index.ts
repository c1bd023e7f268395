export { createFakeClock, type FakeClock } from './fake-clock.ts'
export { openFaultProxy, type FaultMode, type FaultProxy, type FaultProxyOptions } from './fault-proxy.ts'
