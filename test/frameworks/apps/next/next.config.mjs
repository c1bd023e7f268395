import { dirname } from 'node:path'

// The packages are installed above: the folder of the frameworks is the root.
const root = dirname(import.meta.dirname)
export default { skipTrailingSlashRedirect: true, outputFileTracingRoot: root, turbopack: { root } }
