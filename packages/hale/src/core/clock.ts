/**
 * The only source of time in Hale. Two readings, never mixed:
 * ages, periods and durations come from {@link Clock.now}; {@link Clock.wall} is for display (E6).
 */
export interface Clock {
  /** Monotonic milliseconds since an arbitrary origin. A change of the wall clock does not touch it. */
  now(): number
  /** Wall time in milliseconds since 1970-01-01 UTC. */
  wall(): number
  /** Calls `callback` once after `ms` milliseconds. The timer does not keep the process alive (E15). */
  after(ms: number, callback: () => void): Timer
}

export interface Timer {
  /** Releases the timer; harmless when it has fired or was cancelled before. */
  cancel(): void
}

/** Milliseconds by which a timer is late when something held up the event loop, or the machine all of it. */
const STOOD_STILL_MS = 10

interface LateTimer {
  /** By `now`. */
  readonly due: number
  readonly callback: () => void
}

/** Of the event loop, which a process has one of: what was found late and waits for the next turn. */
const late = new Set<LateTimer>()

/**
 * The clock of the running process.
 *
 * When the process stood still, for a long computation or because the machine was stopped, many times are over at once
 * while the answers that came meanwhile were not read yet. Then those are read first, for what is there is not too late;
 * and times end in the order of their ends, which Node does not hold to.
 */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms, callback) {
    const timer: LateTimer = { due: performance.now() + ms, callback }
    const handle = set(ms, () => {
      if (late.size === 0 && performance.now() - timer.due < STOOD_STILL_MS) return callback()
      late.add(timer)
      set(0, callEarliest)
    })
    return {
      cancel() {
        late.delete(timer)
        clearTimeout(handle as Parameters<typeof clearTimeout>[0])
      },
    }
  },
}

/** As many are called as were found late, or fewer when some were cancelled meanwhile. */
function callEarliest(): void {
  let earliest: LateTimer | undefined
  for (const timer of late) if (earliest === undefined || timer.due < earliest.due) earliest = timer
  if (earliest === undefined) return
  late.delete(earliest)
  earliest.callback()
}

function set(ms: number, callback: () => void): unknown {
  const handle: unknown = setTimeout(callback, ms)
  // Node's handle has `unref`; a browser's or Worker's is a number.
  if (hasUnref(handle)) handle.unref()
  return handle
}

function hasUnref(handle: unknown): handle is { unref(): void } {
  return typeof handle === 'object' && handle !== null && 'unref' in handle
}
