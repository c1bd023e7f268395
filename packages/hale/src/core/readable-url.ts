/** What to say of a URL that is not readable. It is not shown: it may hold a password. */
export const UNREADABLE_URL =
  'the URL cannot be read; what is neither letter nor digit in a user or password must be percent-encoded (%2F for /, %25 for %)'

/**
 * Whether what is percent-encoded in a URL can be decoded: its user and password, and the path where it names a database
 * or the like. Clients do so when they connect, and say "URI malformed".
 */
export function isReadableUrl(url: string): boolean {
  const text = URL.canParse(url) ? new URL(url).href : url // some name several hosts, which `URL` does not know
  const decoded = /^(?:http|ws)s?:/.test(text) ? /^\w+:\/\/[^/?#]*/ : /^[^?#]*/
  const [encoded = ''] = decoded.exec(text) ?? []
  try {
    decodeURIComponent(isPostgres(text) ? encoded.replace(/%(?![\da-f]{2})/gi, '') : encoded)
    return true
  } catch {
    return false
  }
}

/** `pg` takes a % that encodes nothing as it stands: https://github.com/brianc/node-postgres/tree/master/packages/pg-connection-string */
function isPostgres(url: string): boolean {
  return /^postgres(?:ql)?:/.test(url)
}
