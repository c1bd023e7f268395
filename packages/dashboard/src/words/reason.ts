import type { Component } from '@hale/contract'

/** Why the status is what it is, when that says more than the status does: `still healthy` does not, a threshold that counts does. */
export function tellingReason({ reason, status }: Pick<Component, 'reason' | 'status'>): string | undefined {
  return reason === `still ${status}` || reason === `first result: ${status}` ? undefined : reason
}
