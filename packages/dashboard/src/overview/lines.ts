import type { TargetSummary } from '@hale/contract'
import type { Section } from './arrange.ts'

export type Density = 'cards' | 'rows'

/** One line of the page: a heading, or targets side by side. Its height is known before it is drawn. */
export interface Line {
  readonly key: string
  readonly kind: 'heading' | 'attention' | 'cards' | 'row'
  readonly section: Section
  readonly targets: readonly TargetSummary[]
  readonly top: number
  readonly height: number
}

/** Heights in rem, gap below included. `narrow` is a phone: rows and attention lines stack there. */
const HEIGHTS = {
  wide: { heading: 3.5, attention: 6.25, cards: 9, row: 3 },
  narrow: { heading: 3.5, attention: 12.75, cards: 9, row: 5.25 },
} as const

const NARROW_REM = 44
const CARD_REM = 21
const GAP_REM = 0.75

/** Lays sections out in lines for a width (both in pixels, `rem` pixels a rem). Pure, so windowing needs no measuring. */
export function layoutLines(
  sections: readonly Section[],
  density: Density,
  width: number,
  rem: number,
): readonly Line[] {
  const heights = isNarrow(width, rem) ? HEIGHTS.narrow : HEIGHTS.wide
  const perLine = density === 'rows' ? 1 : columns(width, rem)
  const lines: Line[] = []
  let top = 0
  const add = (kind: Line['kind'], section: Section, targets: readonly TargetSummary[]): void => {
    const height = heights[kind] * rem
    const key = kind === 'heading' ? section.key : targets.map((target) => target.id).join(' ')
    lines.push({ key, kind, section, targets, top, height })
    top += height
  }
  for (const section of sections) {
    add('heading', section, [])
    const kind = section.attention ? 'attention' : density === 'cards' ? 'cards' : 'row'
    for (const targets of chunk(section.targets, section.attention ? 1 : perLine)) add(kind, section, targets)
  }
  return lines
}

/** How many cards fit side by side. */
export function columns(width: number, rem: number): number {
  const gap = GAP_REM * rem
  return Math.max(1, Math.floor((width + gap) / (CARD_REM * rem + gap)))
}

export function isNarrow(width: number, rem: number): boolean {
  return width < NARROW_REM * rem
}

/** The whole height of all lines. */
export function totalHeight(lines: readonly Line[]): number {
  const last = lines.at(-1)
  return last === undefined ? 0 : last.top + last.height
}

/** The lines that touch the stretch between two heights. */
export function linesBetween(lines: readonly Line[], from: number, to: number): readonly Line[] {
  const first = firstIndex(lines, (line) => line.top + line.height > from)
  const after = firstIndex(lines, (line) => line.top >= to)
  return lines.slice(first, after)
}

/** Binary search: the first line for which `holds`, given that it holds for all after it. */
function firstIndex(lines: readonly Line[], holds: (line: Line) => boolean): number {
  let low = 0
  let high = lines.length
  while (low < high) {
    const middle = (low + high) >> 1
    const line = lines[middle]
    if (line !== undefined && holds(line)) high = middle
    else low = middle + 1
  }
  return low
}

function chunk<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}
