/**
 * What a framework answers to what a handler throws: the `status` of an HTTP error, else 500. Next.js redirects and says "not
 * found" by throwing too: `NEXT_REDIRECT;replace;/login;307;`, `NEXT_HTTP_ERROR_FALLBACK;404`.
 */
export function statusOfError(error: unknown): number {
  const { digest, status } = Object(error) as { readonly digest?: unknown; readonly status?: unknown }
  if (typeof status === 'number') return status
  const [, code] = /^NEXT_(?:REDIRECT|HTTP_ERROR_FALLBACK);(?:.*;)?(\d{3});?$/.exec(String(digest)) ?? []
  return code === undefined ? 500 : Number(code)
}
