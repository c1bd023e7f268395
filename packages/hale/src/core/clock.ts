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

/** The clock of the running process. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms, callback) {
    const handle: unknown = setTimeout(callback, ms)
    // Node's handle has `unref`; a browser's or Worker's is a number.
    if (hasUnref(handle)) handle.unref()
    return { cancel: () => clearTimeout(handle as Parameters<typeof clearTimeout>[0]) }
  },
}

function hasUnref(handle: unknown): handle is { unref(): void } {
  return typeof handle === 'object' && handle !== null && 'unref' in handle
}
