import { useLayoutEffect, useState } from 'preact/hooks'

/** The stretch of a list that the viewport shows, in pixels from the list's top, and the list's width. */
export interface WindowOf {
  readonly top: number
  readonly height: number
  readonly width: number
  /** Pixels a rem. */
  readonly rem: number
}

/** Pixels a rem; it grows on very large screens. */
export function remPx(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
}

/** Follows the viewport over a list. Reports in steps of a quarter of it, so that scrolling seldom draws. */
export function useWindow(list: { readonly current: HTMLElement | null }): WindowOf {
  const [view, setView] = useState<WindowOf>({ top: 0, height: 0, width: 0, rem: 16 })
  useLayoutEffect(() => {
    const look = (): void => {
      const element = list.current
      if (element === null) return
      const step = Math.max(1, Math.floor(innerHeight / 4))
      const top = Math.floor((scrollY - element.offsetTop) / step) * step
      const width = element.clientWidth
      setView((old) =>
        old.top === top && old.height === innerHeight && old.width === width
          ? old
          : { top, height: innerHeight, width, rem: width === old.width ? old.rem : remPx() },
      )
    }
    look()
    const observer = new ResizeObserver(look)
    if (list.current !== null) observer.observe(list.current)
    addEventListener('scroll', look, { passive: true })
    addEventListener('resize', look)
    return () => {
      observer.disconnect()
      removeEventListener('scroll', look)
      removeEventListener('resize', look)
    }
  }, [])
  return view
}
