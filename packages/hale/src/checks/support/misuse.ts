/**
 * Refuses options that cannot work, all problems at once, before anything runs.
 *
 * @throws {TypeError} when there is a problem.
 */
export function refuseMisuse(kind: string, problems: readonly (string | false | undefined)[]): void {
  const found = problems.filter((problem) => typeof problem === 'string')
  if (found.length > 0) throw new TypeError(`${kind}: ${found.join('; ')}`)
}
