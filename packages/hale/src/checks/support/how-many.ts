/**
 * `1 job waits`, `2 jobs wait`: so many of something, in the number that fits.
 *
 * @param unit in the plural, as units are.
 * @param verb what one does, and what more do.
 */
export function howMany(count: number, unit: string, verb?: readonly [one: string, more: string]): string {
  const isOne = count === 1
  const does = verb === undefined ? '' : ` ${isOne ? verb[0] : verb[1]}`
  return `${count} ${isOne ? singular(unit) : unit}${does}`
}

function singular(unit: string): string {
  if (unit.endsWith('ies')) return `${unit.slice(0, -3)}y`
  return unit.replace(/(ss|sh|ch|x)es$|s$/, '$1')
}
