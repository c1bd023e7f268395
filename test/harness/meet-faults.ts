import type { Check } from '../../packages/hale/src/core/check.ts'
import type { Result } from '../../packages/hale/src/core/result.ts'
import type { FaultMode } from '../../packages/hale/src/testing/fault-mode.ts'
import { openFaultProxy } from '../../packages/hale/src/testing/fault-proxy.ts'
import { asker, BY_RUNNER, IN_TIME_MS } from './ask.ts'
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

/** Of faults: a code, or a matcher such as `expect.stringMatching`. */
export type FaultCodes = Readonly<Partial<Record<Fault, string | { asymmetricMatch(code: unknown): boolean }>>>

/** What can be done to packets, which nobody has to answer. */
const UDP_FAULTS = {
  refuse: 'refuse',
  'black hole': 'blackhole',
  garbage: 'garbage',
  slow: { latencyMs: 5_000 },
} as const satisfies { readonly [Name in Fault]?: UdpFault }

/** Time in which the check must be healthy again once the fault is over. */
const RECOVERY_MS = 30_000

export interface MeetFaults {
  /** The real server. */
  readonly server: { readonly host: string; readonly port: number }
  /** Makes the check so that it goes through this port. */
  readonly check: (port: number) => Check | Promise<Check>
  /** Milliseconds one run may take. Default 250. */
  readonly timeoutMs?: number
  /** Default: all. */
  readonly faults?: readonly Fault[]
  /** Default: over TCP. */
  readonly over?: 'udp'
  /** How every message about a fault must call the server. Default: by the port that the check goes through. */
  readonly place?: string
  /** A fault from which the app's client itself does not recover; it comes last. Default: none. */
  readonly lasting?: Fault
}

/**
 * Puts a check through every fault, after each of which it must find the server well again, and prints how long each took to
 * be detected. A fault that the first run after it does not detect, within timeout and one period that is, has no code.
 *
 * @param expected the code of each fault, as far as it matters. On a machine that stands still for a moment any run may end
 *   by its timeout: where another code is expected, the fault is met once more, with all the time there is.
 */
export async function meetFaults(options: MeetFaults, expected: FaultCodes = {}): Promise<Record<Fault, string>> {
  if (options.over === 'udp') {
    await using proxy = await openUdpFaultProxy(options.server)
    return await meet<UdpFault>(options, expected, proxy.port, UDP_FAULTS, (mode) => proxy.set(mode))
  }
  await using proxy = await openFaultProxy({ target: options.server })
  return await meet<FaultMode>(options, expected, proxy.port, FAULTS, (mode) => proxy.set(mode))
}

async function meet<Mode>(
  { check: make, timeoutMs = 250, faults, lasting, place }: MeetFaults,
  expected: FaultCodes,
  port: number,
  all: { readonly [Name in Fault]?: Mode },
  set: (mode: Mode | 'pass') => Promise<void>,
): Promise<Record<Fault, string>> {
  const check = await make(port)
  const [ask, patiently] = [asker(check, timeoutMs), asker(check, IN_TIME_MS)]
  const codes: Record<string, string> = {}
  const lines: string[] = []
  try {
    await untilHealthy(ask)
    const chosen = Object.entries(all)
      .filter(([name]) => faults === undefined || faults.some((each) => each === name))
      .sort(([a], [b]) => Number(a === lasting) - Number(b === lasting))
    for (const [name, mode] of chosen) {
      await set(mode)
      let answer = await ask()
      if (isByTimeout(answer.value) && !fits(answer.value.code, expected[name as Fault])) {
        await set('pass')
        await untilHealthy(ask, name)
        await set(mode)
        answer = await patiently()
      }
      const { status, code = 'no code', message = '' } = answer.value
      if (status !== 'healthy' && message !== BY_RUNNER && !message.includes(place ?? `:${port}`)) {
        throw new Error(`${check.kind} does not say where: ${message}`)
      }
      codes[name] = status === 'healthy' ? 'not detected' : code
      lines.push(`${name} ${Math.round(answer.durationMs)} ms ${codes[name]}`)
      await set('pass')
      if (name !== lasting) await untilHealthy(ask, name)
    }
  } finally {
    await check.close?.()
  }
  console.log(`${check.kind}, time to detect: ${lines.join(' · ')}`)
  return codes
}

const isByTimeout = ({ code }: Result): boolean => code?.endsWith('TIMEOUT') === true

/** Whether a code is the expected one, or one that an asymmetric matcher takes. */
function fits(code: string | undefined, expected: FaultCodes[Fault]): boolean {
  if (typeof expected === 'object') return expected.asymmetricMatch(code)
  return expected === undefined || expected === code
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
