/** The path to go to after signing in: only one within this page, never another site's address or the sign-in itself. */
export function localPath(next: string | undefined): string {
  if (next === undefined || !next.startsWith('/') || !URL.canParse(next, 'http://here.invalid')) return '/'
  const url = new URL(next, 'http://here.invalid')
  // `/.//evil` is a path here, and another host once it is read again.
  if (url.host !== 'here.invalid' || url.pathname === '/login' || url.pathname.startsWith('//')) return '/'
  return url.pathname + url.search
}
