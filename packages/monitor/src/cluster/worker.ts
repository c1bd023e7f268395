import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'

/** Sets this process apart from an earlier one that had its id, as in a container, where every first process is 1. */
const INCARNATION = randomUUID()

/** A worker's name, never used twice: `host/process id/this process/random`. */
export function newWorkerId(): string {
  return `${hostname()}/${process.pid}/${INCARNATION}/${randomUUID()}`
}

/**
 * True when a worker ran on this machine and its process is gone, so that its leases need not be waited for: a monitor
 * that was killed starts again at once. Anything else is left to the lease's own time. Should this be wrong, across
 * containers that share a host name, the fence still holds (M12).
 */
export function isGone(worker: string): boolean {
  const [host, pid, incarnation] = worker.split('/')
  if (host !== hostname() || pid === undefined || !/^[1-9]\d*$/.test(pid)) return false
  if (Number(pid) === process.pid) return incarnation !== INCARNATION
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}
