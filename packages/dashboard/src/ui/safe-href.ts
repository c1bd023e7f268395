/** A link that a target's document gave, if it is one to a page; anything else (`javascript:`, `data:`) is refused (S4). */
export function safeHref(link: string | null): string | undefined {
  if (link === null || !URL.canParse(link)) return undefined
  const { protocol, href } = new URL(link)
  return protocol === 'https:' || protocol === 'http:' ? href : undefined
}
