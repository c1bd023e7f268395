import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, Mend } from '../../packages/hale/test/subjects/subject.ts'
import { EVERY_MS, type Answer, type App, type Contender, type Endpoint } from './contender.ts'
import type { Way, WayMode } from './way.ts'

/** How long is waited for a detection or a recovery. */
export const PATIENCE_MS = 30_000
/** How long a fault stands once it is detected, so that clients have tried in vain. */
const STANDS_MS = 2 * EVERY_MS

/** One fault, once. */
export interface Trial {
  /** Milliseconds from the fault until the endpoint said that something is wrong; undefined: it did not in {@link PATIENCE_MS}. */
  readonly detectMs: number | undefined
  /** What it said then, or instead. */
  readonly said: string
  /** Milliseconds from the end of the fault until it said that all is well; undefined: it did not. */
  readonly recoverMs: number | undefined
}

const MODES: Readonly<Partial<Record<Fault, WayMode>>> = {
  refuse: 'refuse',
  reset: 'reset',
  'black hole': 'blackhole',
  slow: { latencyMs: 5_000 },
  garbage: 'garbage',
}

/** Brings a fault about, waits until it is seen, ends it, and waits until that is seen. */
export function tryFault(fault: Fault, contender: Contender, app: App, way: Way): Promise<Trial> {
  return meetFault(app, `${contender.check} by ${contender.label}`, () => bring(fault, contender, app, way))
}

/** The same of whatever is brought about. */
export async function meetFault(app: Endpoint, name: string, bringAbout: () => Promise<Mend>): Promise<Trial> {
  const well = await until(app, true)
  if (well.ms === undefined) throw new Error(`${name} is not well: ${well.said}`)
  await sleep(Math.random() * EVERY_MS)
  const mend = await bringAbout()
  const seen = await until(app, false)
  if (seen.ms !== undefined) await sleep(STANDS_MS)
  await mend()
  const over = await until(app, true)
  return { detectMs: seen.ms, said: seen.said, recoverMs: over.ms }
}

async function bring(fault: Fault, { account, label }: Contender, app: App, way: Way): Promise<Mend> {
  const mode = MODES[fault]
  if (mode !== undefined) {
    await way.set(mode)
    return () => way.set('pass')
  }
  const mend = fault === 'auth lost' ? await account?.lose() : await app.takeAll?.()
  if (mend === undefined) throw new Error(`${label} has nothing that can be ${fault}, and does not say so`)
  return mend
}

/** Asks at the endpoint's rate until it says this, or patience is over. */
async function until(
  app: Endpoint,
  wanted: boolean,
): Promise<{ readonly ms: number | undefined; readonly said: string }> {
  const since = performance.now()
  const passed = (): number => performance.now() - since
  // A monitor comes by when it does.
  await sleep(Math.random() * app.readEveryMs)
  for (;;) {
    const asked = passed()
    const answer = await app.ask(Math.max(EVERY_MS, PATIENCE_MS - asked))
    const ms = passed()
    if (answer.well === wanted) return { ms, said: answer.said }
    if (ms >= PATIENCE_MS) return { ms: undefined, said: insteadOf(answer) }
    await sleep(Math.max(0, app.readEveryMs - (ms - asked)))
  }
}

function insteadOf({ said, well }: Answer): string {
  const seconds = `${PATIENCE_MS / 1_000} s`
  return well === undefined ? `${said} in ${seconds}` : `after ${seconds} still ${said}`
}
