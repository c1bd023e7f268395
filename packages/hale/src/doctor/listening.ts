import { NEVER, type Coverage } from './coverage-row.ts'

/** What no check speaks to: that something listens there is all that can be asked. */
export function listening(
  name: string,
  port: number,
  by: { readonly packages: readonly string[]; readonly environment: RegExp; readonly images: RegExp },
): Coverage {
  return {
    ...by,
    packages: Object.fromEntries(by.packages.map((each) => [each, undefined])),
    check: 'tcp',
    orBy: [name],
    named: new RegExp(name, 'i'),
    name,
    address: { variable: NEVER, example: `{ host: '${name}.internal', port: ${port} }` },
    call: (source) => `tcp(${source})`,
    fields: () => `host: ${name}.internal, port: ${port}`,
  }
}
