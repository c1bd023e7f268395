/** What an address of a store may begin with; `open.ts` says how each is opened. */
export const STORE_SCHEMES = ['sqlite'] as const

export type StoreScheme = (typeof STORE_SCHEMES)[number]

export function isStoreScheme(scheme: string): scheme is StoreScheme {
  return (STORE_SCHEMES as readonly string[]).includes(scheme)
}

/** What to say that there is not, and what there is. The rest of the address may hold a password and is not shown. */
export function storeOf(scheme: string): string {
  return `store for the scheme "${scheme}:"; known: ${STORE_SCHEMES.map((name) => `${name}:`).join(', ')}`
}
