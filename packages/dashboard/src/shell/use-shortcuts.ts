import { useLocation } from 'preact-iso'
import { useEffect } from 'preact/hooks'
import { connection } from '../live/live.ts'
import { FILTER_ID } from '../overview/toolbar.tsx'
import { nextTheme } from '../ui/theme.ts'
import { openHelp } from './help.tsx'
import { shortcut } from './shortcuts.ts'

/** The page's own keys. Never inside a field or a dialog, never with a modifier: those are the browser's. */
export function useShortcuts(): void {
  const { path, route } = useLocation()
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { target } = event
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (target instanceof Element && target.closest('input, select, textarea, dialog') !== null) return
      const wanted = shortcut(event.key, path)
      if (wanted === undefined) return
      if (wanted === 'help') openHelp()
      else if (wanted === 'theme') nextTheme()
      else if (connection.value.phase === 'signed-out') return
      else if (wanted === 'filter') focusFilter(path, route)
      else route(wanted.go)
      event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [path, route])
}

function focusFilter(path: string, route: (url: string) => void): void {
  const focus = (): void => document.getElementById(FILTER_ID)?.focus()
  if (path === '/') return focus()
  route('/')
  requestAnimationFrame(() => requestAnimationFrame(focus))
}
