import { computed, signal, type ReadonlySignal } from '@preact/signals'
import type { TargetSummary } from '@hale/contract'
import { getOverview, isSignedOut } from '../api/client.ts'
import { backOff } from './back-off.ts'
import { reduce, type Picture, type StreamEvent } from './picture.ts'

/** How the page hears of news. `heardAt` is this computer's clock. */
export type Connection =
  | { readonly phase: 'connecting' | 'live' | 'signed-out' }
  | { readonly phase: 'lost'; readonly heardAt: number }

/** Silence after which the monitor is asked whether it is still there: a dead network can keep a stream open for minutes. */
const SILENCE_MS = 20_000
const EVENTS = ['overview', 'targets', 'incident'] as const

const pictureSignal = signal<Picture | undefined>(undefined)
const connectionSignal = signal<Connection>({ phase: 'connecting' })
const clockOffset = signal(0)
const tick = signal(Date.now())

export const picture: ReadonlySignal<Picture | undefined> = pictureSignal
export const connection: ReadonlySignal<Connection> = connectionSignal
export const targets: ReadonlySignal<readonly TargetSummary[]> = computed(() => [
  ...(pictureSignal.value?.targets.values() ?? []),
])
/** The monitor's clock, once a second: ages are true even if this computer's clock is wrong. */
export const now: ReadonlySignal<number> = computed(() => tick.value + clockOffset.value)

let heardAt = 0
let attempt = 0
let asking = false
let stream: EventSource | undefined
let retry: ReturnType<typeof setTimeout> | undefined

/** Begins to listen, and goes on until the page is left or nobody is signed in. */
export function startLive(): void {
  setInterval(beat, 1_000)
  addEventListener('online', () => void ask())
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') beat()
  })
  reconnect()
}

/** Listens anew: after signing in, or when the person does not want to wait for the next try. */
export function reconnect(): void {
  attempt = 0
  if (connectionSignal.value.phase === 'signed-out') connectionSignal.value = { phase: 'connecting' }
  listen()
}

/** Stops listening and forgets what was seen. */
export function leave(): void {
  close()
  pictureSignal.value = undefined
  connectionSignal.value = { phase: 'signed-out' }
}

function beat(): void {
  tick.value = Date.now()
  const silent = Date.now() - heardAt > SILENCE_MS
  if (connectionSignal.value.phase === 'live' && silent && document.visibilityState === 'visible') void ask()
}

function listen(): void {
  close()
  const source = new EventSource('/api/v1/stream')
  stream = source
  for (const name of EVENTS) {
    source.addEventListener(name, ({ data }: MessageEvent<string>) => {
      take({ name, data: JSON.parse(data) })
    })
  }
  // The browser's own retry cannot tell a refused session from a lost network, so each try is ours.
  source.addEventListener('error', () => {
    close()
    lose()
  })
}

function take(event: StreamEvent): void {
  heardAt = Date.now()
  attempt = 0
  if (event.name !== 'incident') clockOffset.value = event.data.now - heardAt
  pictureSignal.value = reduce(pictureSignal.value, event)
  if (connectionSignal.value.phase !== 'live') connectionSignal.value = { phase: 'live' }
}

function lose(): void {
  const { phase } = connectionSignal.value
  if (phase === 'signed-out') return
  if (phase !== 'lost' && attempt > 0)
    connectionSignal.value = { phase: 'lost', heardAt: heardAt === 0 ? Date.now() : heardAt }
  clearTimeout(retry)
  retry = setTimeout(() => void ask(), backOff(attempt, Math.random()))
  attempt += 1
}

/** Asks for the whole picture by an ordinary request, which says what a stream cannot: signed out, or not there. */
async function ask(): Promise<void> {
  if (asking || connectionSignal.value.phase === 'signed-out') return
  asking = true
  try {
    const overview = await getOverview()
    const streaming = stream !== undefined
    const tries = attempt
    take({ name: 'overview', data: overview })
    // Answers but does not stream: keep the tries counted, so that the next one waits.
    if (!streaming) {
      attempt = tries
      listen()
    }
  } catch (error) {
    if (isSignedOut(error)) leave()
    else {
      close()
      lose()
    }
  } finally {
    asking = false
  }
}

function close(): void {
  clearTimeout(retry)
  stream?.close()
  stream = undefined
}
