import { computed, effect, signal, type ReadonlySignal } from '@preact/signals'
import type { ApiStatus } from '@hale/contract'
import { STATUSES } from '../words/status.ts'

/** What the person chose; `auto` follows the system. */
export type Theme = 'auto' | 'light' | 'dark'

const STORED = 'hale.theme'
const NEXT: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' }
const system = matchMedia('(prefers-color-scheme: dark)')
const systemDark = signal(system.matches)
system.addEventListener('change', () => (systemDark.value = system.matches))

const chosen = signal<Theme>(stored())
export const theme: ReadonlySignal<Theme> = chosen

effect(() => {
  const { dataset } = document.documentElement
  if (chosen.value === 'auto') delete dataset['theme']
  else dataset['theme'] = chosen.value
})

/** Auto, light, dark, and round again; kept for the next visit. */
export function nextTheme(): void {
  chosen.value = NEXT[chosen.value]
  try {
    localStorage.setItem(STORED, chosen.value)
  } catch {
    // Storage is blocked: the choice holds for this visit.
  }
}

/** Colours for canvases, which cannot read CSS. */
export interface Palette {
  readonly beat: Readonly<Record<ApiStatus, string>>
  readonly gap: string
  readonly text: string
  readonly line: string
  readonly series: readonly [p50: string, p95: string, p99: string]
  readonly failure: string
}

export const palette: ReadonlySignal<Palette> = computed(() => {
  void systemDark.value
  void chosen.value
  const colour = resolver()
  return {
    beat: Object.fromEntries(STATUSES.map((status) => [status, colour(`--beat-${status}`)])) as Palette['beat'],
    gap: colour('--beat-gap'),
    text: colour('--text-2'),
    line: colour('--line'),
    series: [colour('--series-1'), colour('--series-2'), colour('--series-3')],
    failure: colour('--beat-unhealthy'),
  }
})

/** Resolves a custom property to a colour through an element, because `light-dark()` resolves only there. */
function resolver(): (name: string) => string {
  return (name) => {
    const probe = document.createElement('i')
    probe.style.color = `var(${name})`
    document.documentElement.append(probe)
    const { color } = getComputedStyle(probe)
    probe.remove()
    return color
  }
}

function stored(): Theme {
  const { theme } = document.documentElement.dataset
  return theme === 'light' || theme === 'dark' ? theme : 'auto'
}
