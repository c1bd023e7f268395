/** An address for a page: without user, password, query and fragment, any of which may be a secret. */
export function showAddress(address: string): string {
  if (!URL.canParse(address)) return address.slice(0, address.search(/[?#@]|$/u))
  const { protocol, host, pathname } = new URL(address)
  const path = pathname === '/' || pathname === '' ? '' : pathname
  return `${protocol}//${host}${path}`
}
