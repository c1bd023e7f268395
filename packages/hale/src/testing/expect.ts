/** @throws {Error} when two values differ as JSON. The suites bring no test framework. */
export function expect(found: unknown, wanted: unknown): void {
  const [is, should] = [JSON.stringify(found), JSON.stringify(wanted)]
  if (is !== should) throw new Error(`it is ${is}, and should be ${should}`)
}
