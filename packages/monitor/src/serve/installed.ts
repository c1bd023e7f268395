import { createRequire } from 'node:module'

/** Whether a package can be loaded from here, which is where Hale's checks look for it too. */
export function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name)
    return true
  } catch (error) {
    // A package that says it is not for `require` is there.
    return (error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND'
  }
}
