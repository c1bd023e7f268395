import type { Beat } from '@hale/contract'
import type { VNode } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { describeBeat, describeBeats } from '../words/beat-words.ts'
import { times } from '../words/time.ts'
import { beatAt, layoutBeats, type Bar } from './beat-layout.ts'
import { palette, type Palette } from './theme.ts'

interface BeatsProps {
  readonly beats: readonly Beat[]
  readonly everyMs: number
}

/** The last observations as bars on one canvas: hundreds of these scroll smoothly, sixty elements each would not. */
export function Beats({ beats, everyMs }: BeatsProps): VNode {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [size, setSize] = useState({ width: 0, height: 0 })
  const colours = palette.value

  useLayoutEffect(() => measure(canvas.current, setSize), [])
  useEffect(() => (canvas.current === null ? undefined : watch(canvas.current, setSize)), [])

  const bars = useMemo(() => layoutBeats(beats, everyMs, size.width, size.height), [beats, everyMs, size])
  useLayoutEffect(() => draw(canvas.current, bars, size, colours), [bars, size, colours])

  const point = ({ offsetX, currentTarget }: PointerEvent): void => {
    const element = currentTarget as HTMLCanvasElement
    const index = beatAt(bars, offsetX * devicePixelRatio)
    const beat = index === undefined ? undefined : beats[index]
    element.title = beat === undefined ? 'not observed' : describeBeat(beat, times)
  }
  return <canvas class="beats" ref={canvas} role="img" aria-label={describeBeats(beats)} onPointerMove={point} />
}

interface Size {
  readonly width: number
  readonly height: number
}

const watchers = new WeakMap<Element, (size: Size) => void>()
const observer = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const notify = watchers.get(target)
    if (notify !== undefined) measure(target as HTMLCanvasElement, notify)
  }
})

function watch(element: HTMLCanvasElement, notify: (size: Size) => void): () => void {
  watchers.set(element, notify)
  observer.observe(element)
  return () => observer.unobserve(element)
}

function measure(element: HTMLCanvasElement | null, notify: (size: Size) => void): void {
  if (element === null) return
  const width = Math.round(element.clientWidth * devicePixelRatio)
  const height = Math.round(element.clientHeight * devicePixelRatio)
  if (element.width !== width || element.height !== height) notify({ width, height })
}

function draw(element: HTMLCanvasElement | null, bars: readonly Bar[], size: Size, colours: Palette): void {
  const context = element?.getContext('2d')
  if (element === null || context === null || context === undefined) return
  element.width = size.width
  element.height = size.height
  for (const bar of bars) {
    context.fillStyle = bar.status === undefined ? colours.gap : colours.beat[bar.status]
    context.beginPath()
    context.roundRect(bar.x, bar.y, bar.width, bar.height, Math.min(2, bar.width / 3))
    context.fill()
  }
}
