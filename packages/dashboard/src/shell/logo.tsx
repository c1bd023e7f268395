import type { VNode } from 'preact'

/** A heartbeat in a leaf: alive and well. */
export function Logo(): VNode {
  return (
    <svg class="logo" viewBox="0 0 24 24" aria-hidden="true">
      <path class="logo-leaf" d="M3 3h10a8 8 0 0 1 8 8v10H11a8 8 0 0 1-8-8z" />
      <path class="logo-beat" d="M6.500 12.500h2.700l1.900-4.200 2.700 7.400 1.700-3.200h2" />
    </svg>
  )
}
