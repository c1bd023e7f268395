import { useEffect, useRef, useState } from 'preact/hooks'

/** Follows a value that may change often, at most once every `everyMs`; the last change always arrives. */
export function useThrottled<T>(value: T, everyMs: number): T {
  const [kept, setKept] = useState({ value })
  const setAt = useRef(0)
  useEffect(() => {
    if (kept.value === value) return
    const wait = Math.max(0, setAt.current + everyMs - performance.now())
    const timer = setTimeout(() => {
      setAt.current = performance.now()
      setKept({ value })
    }, wait)
    return () => clearTimeout(timer)
  }, [value, kept, everyMs])
  return kept.value
}
