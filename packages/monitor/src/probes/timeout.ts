import { formatDuration, unhealthy, type Result, type TimeoutInfo } from 'hale'
import type { Progress } from './prober.ts'

/** What a probe that took too long says: where it got stuck. */
export function timeoutResult({ timeoutMs, hangingMs }: TimeoutInfo, { step }: Progress): Result {
  const limit = formatDuration(timeoutMs)
  if (hangingMs > timeoutMs) {
    return unhealthy('TIMEOUT', `An earlier probe still hangs after ${formatDuration(hangingMs)}, limit ${limit}.`)
  }
  switch (step) {
    case 'start':
      return unhealthy('TIMEOUT', `No answer within ${limit}.`)
    case 'lookup':
      return unhealthy('DNS_FAILED', `The name was not looked up within ${limit}. See whether the DNS server answers.`)
    case 'connect':
      return unhealthy(
        'CONNECTION_TIMEOUT',
        `No connection within ${limit}. See whether the host is up and a firewall drops packets.`,
      )
    case 'handshake':
      return unhealthy('TIMEOUT', `Connected, but the TLS handshake was not done within ${limit}.`)
    case 'answer':
      return unhealthy('TIMEOUT', `Connected, but no answer within ${limit}. See whether it is overloaded or hangs.`)
    case 'body':
      return unhealthy('TIMEOUT', `The answer began, but was not complete within ${limit}.`)
  }
}
