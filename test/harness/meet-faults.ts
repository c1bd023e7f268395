import type { Check } from '../../packages/hale/src/core/check.ts'
import type { Result } from '../../packages/hale/src/core/result.ts'
import type { FaultMode } from '../../packages/hale/src/testing/fault-mode.ts'
import { openFaultProxy } from '../../packages/hale/src/testing/fault-proxy.ts'
import { asker } from './ask.ts'
import { openUdpFaultProxy, type UdpFault } from './udp-fault-proxy.ts'

/** What a way to a server can do to a check. */
export const FAULTS = {
  refuse: 'refuse',
  reset: 'reset',
  'black hole': 'blackhole',
  garbage: 'garbage',
  'half close': 'half-close',
  slow: { latencyMs: 5_000 },
} as const satisfies Readonly<Record<string, FaultMode>>

export type Fault = keyof typeof FAULTS

/** What can be done to packets, which nobody has to answer. */
const UDP_FAULTS = {
  refuse: 'refuse',
  'black hole': 'blackhole',
  garbage: 'garbage',
  slow: { latencyMs: 5_000 },
} as const satisfies { readonly [Name in Fault]?: UdpFault }

/** Time in which the check must be healthy again once the fault is over. */
const RECOVERY_MS = 15_000

export interface MeetFaults {
  /** The real server. */
  readonly server: { readonly host: string; readonly port: number }
  /** Makes the check so that it goes through this port. */
  readonly check: (port: number) => Check | Promise<Check>
  /** Time one run may take. Default 250. */
  readonly timeoutMs?: number
  /** Default: all. */
  readonly faults?: readonly Fault[]
  /** Default: over TCP. */
  readonly over?: 'udp'
  /** A fault from which the app's client itself does not recover; it comes last. Default: none. */
  readonly lasting?: Fault
}

/**
 * Puts a check through every fault, after each of which it must find the server well again, and prints how long each took to
 * be detected. A fault that the first run after it does not detect, within timeout and one period that is, has no code.
 */
export async function meetFaults(options: MeetFaults): Promise<Record<Fault, string>> {
  if (options.over === 'udp') {
    await using proxy = await openUdpFaultProxy(options.server)
    return await meet<UdpFault>(options, proxy.port, UDP_FAULTS, (mode) => proxy.set(mode))
  }
  await using proxy = await openFaultProxy({ target: options.server })
  return await meet<FaultMode>(options, proxy.port, FAULTS, (mode) => proxy.set(mode))
}

async function meet<Mode>(
  { check: make, timeoutMs = 250, faults, lasting }: MeetFaults,
  port: number,
  all: { readonly [Name in Fault]?: Mode },
  set: (mode: Mode | 'pass') => Promise<void>,
): Promise<Record<Fault, string>> {
  const check = await make(port)
  const ask = asker(check, timeoutMs)
  const codes: Record<string, string> = {}
  const lines: string[] = []
  try {
    await untilHealthy(ask)
    const chosen = Object.entries(all)
      .filter(([name]) => faults === undefined || faults.some((each) => each === name))
      .sort(([a], [b]) => Number(a === lasting) - Number(b === lasting))
    for (const [name, mode] of chosen) {
      await set(mode)
      const since = performance.now()
      const { status, code = 'no code' } = (await ask()).value
      codes[name] = status === 'healthy' ? 'not detected' : code
      lines.push(`${name} ${Math.round(performance.now() - since)} ms ${codes[name]}`)
      await set('pass')
      if (name !== lasting) await untilHealthy(ask, name)
    }
  } finally {
    await check.close?.()
  }
  console.log(`${check.kind}, time to detect: ${lines.join(' · ')}`)
  return codes
}

async function untilHealthy(ask: () => Promise<{ readonly value: Result }>, after = 'the start'): Promise<void> {
  const until = performance.now() + RECOVERY_MS
  for (;;) {
    const { value } = await ask()
    if (value.status === 'healthy') return
    if (performance.now() > until)
      throw new Error(`not healthy ${RECOVERY_MS} ms after ${after}: ${JSON.stringify(value)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
