import type { VNode } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { plural } from '../words/figures.ts'
import { isNarrow, layoutLines, linesBetween, totalHeight, type Line } from './lines.ts'
import { AttentionTile, TargetCard, TargetRow } from './target-tile.tsx'
import { current, density, sections } from './view.ts'
import { useWindow } from './use-window.ts'

/** Up to so many targets all are in the page, so that the browser's own search finds them. */
const WINDOW_ABOVE = 200
const TILES = { attention: AttentionTile, cards: TargetCard, row: TargetRow } as const

/** All sections, windowed when there are many: only the lines near the viewport are in the page (M11). */
export function TargetList(): VNode {
  const list = useRef<HTMLDivElement>(null)
  const view = useWindow(list)
  const { rem } = view
  const lines = useMemo(
    () => layoutLines(sections.value, density.value, view.width, rem),
    [sections.value, density.value, view.width, rem],
  )
  const count = sections.value.reduce((sum, section) => sum + section.targets.length, 0)
  const windowed = count > WINDOW_ABOVE
  const shown = windowed ? linesBetween(lines, view.top - view.height / 2, view.top + view.height * 1.75) : lines
  const first = shown[0]
  const last = shown.at(-1)
  useKeyboardWalk(lines, list)

  const above = first?.top ?? 0
  const below = last === undefined ? 0 : totalHeight(lines) - last.top - last.height
  return (
    <div
      ref={list}
      class={isNarrow(view.width, rem) ? 'targets is-narrow' : 'targets'}
      role="list"
      aria-label="Targets"
      style={{ paddingTop: `${above}px`, paddingBottom: `${below}px` }}
    >
      {view.width === 0 ? null : shown.map((line) => <LineOfTargets key={line.key} line={line} total={count} />)}
    </div>
  )
}

function LineOfTargets({ line, total }: { readonly line: Line; readonly total: number }): VNode {
  const style = { height: `${line.height}px` }
  const { kind } = line
  if (kind === 'heading') return <SectionHeading line={line} />
  const Tile = TILES[kind]
  return (
    <div class={`line line-${kind}`} role="none" style={style}>
      {line.targets.map((target) => (
        <div key={target.id} role="listitem" aria-setsize={total} class="line-item">
          <Tile target={target} />
        </div>
      ))}
    </div>
  )
}

function SectionHeading({ line }: { readonly line: Line }): VNode {
  const { section, height } = line
  return (
    <div class="section-heading" role="listitem" style={{ height: `${height}px` }}>
      <h2 class={section.attention ? 'is-attention' : ''}>
        {section.title}
        <span class="count">{section.targets.length}</span>
      </h2>
      {section.elsewhere === 0 ? null : (
        <span class="quiet">{plural(section.elsewhere, 'more needs', 'more need')} attention, above</span>
      )}
    </div>
  )
}

/** j and k (or the arrows, once at a target) walk through all targets, also those that are not in the page yet. */
function useKeyboardWalk(lines: readonly Line[], list: { readonly current: HTMLElement | null }): void {
  const [wanted, setWanted] = useState<string | undefined>(current.peek())
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const step = stepOf(event)
      if (step === 0) return
      const order = lines.flatMap((line) => line.targets.map((target) => target.id))
      const from = current.value === undefined ? -1 : order.indexOf(current.value)
      const next = order[from === -1 ? 0 : Math.min(order.length - 1, Math.max(0, from + step))]
      if (next === undefined) return
      event.preventDefault()
      setWanted(next)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [lines])

  // Runs after every drawing until the wanted target is in the page: scrolling there makes it appear.
  useLayoutEffect(() => {
    const line = wanted === undefined ? undefined : lines.find(({ targets }) => targets.some(({ id }) => id === wanted))
    if (line === undefined || list.current === null) return
    const link = list.current.querySelector<HTMLElement>(`[data-target="${CSS.escape(wanted ?? '')}"]`)
    if (link === null) scrollTo({ top: list.current.offsetTop + line.top - innerHeight / 2 })
    else {
      link.focus({ preventScroll: true })
      link.closest('.line')?.scrollIntoView({ block: 'nearest' })
      setWanted(undefined)
    }
  })
}

function stepOf(event: KeyboardEvent): number {
  const { key, target } = event
  if (event.ctrlKey || event.metaKey || event.altKey || !(target instanceof HTMLElement)) return 0
  if (target.matches('input, select, textarea') || target.closest('dialog') !== null) return 0
  if (key === 'j') return 1
  if (key === 'k') return -1
  if (target.dataset['target'] === undefined) return 0
  return key === 'ArrowDown' || key === 'ArrowRight' ? 1 : key === 'ArrowUp' || key === 'ArrowLeft' ? -1 : 0
}
