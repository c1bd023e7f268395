import type { Message } from '../model.ts'

/** Shape of each status, so that it can be told apart without colour. */
const MARKS: Readonly<Record<Message['status'], string>> = {
  healthy: '●',
  degraded: '▲',
  unhealthy: '✖',
  unknown: '?',
  maintenance: '◆',
  skipped: '○',
}

export function statusMark(status: Message['status']): string {
  return MARKS[status]
}
