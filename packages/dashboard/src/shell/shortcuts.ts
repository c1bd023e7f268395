/** What a key asks for. `back` carries where to; `undefined` keys are the browser's. */
export type Shortcut = 'filter' | 'help' | 'theme' | { readonly go: string }

/** Reads a key pressed outside any field, given the page's path. */
export function shortcut(key: string, path: string): Shortcut | undefined {
  switch (key) {
    case '/':
      return 'filter'
    case '?':
      return 'help'
    case 't':
      return 'theme'
    case 'o':
      return { go: '/' }
    case 'i':
      return { go: '/incidents' }
    case 'Escape': {
      const up = parent(path)
      return up === undefined ? undefined : { go: up }
    }
    default:
      return undefined
  }
}

/** The page above a page; undefined at the top. */
export function parent(path: string): string | undefined {
  if (path.startsWith('/incidents/')) return '/incidents'
  return path === '/' || path === '/login' ? undefined : '/'
}
