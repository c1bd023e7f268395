/** The path to go to after signing in: only one within this page, never another site's address or the sign-in itself. */
export function localPath(next: string | undefined): string {
  if (next === undefined || !next.startsWith('/')) return '/'
  const url = new URL(next, 'http://here.invalid')
  if (url.host !== 'here.invalid' || url.pathname === '/login') return '/'
  return url.pathname + url.search
}
