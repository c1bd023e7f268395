const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** The order in which people look for names: `queue-2` before `queue-10`. */
export const compareNames = (a: string, b: string): number => names.compare(a, b)
