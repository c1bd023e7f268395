import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The library's folder. */
export const library = fileURLToPath(new URL('../../packages/hale', import.meta.url))

/** One path that users may import, and the declaration file that stands for it. */
export interface EntryPoint {
  /** `.`, `./testing`, `./checks/redis`, … */
  readonly path: string
  /** Relative to the library's folder. */
  readonly types: string
}

/** Every entry point of the built library, wildcards filled in, in the order of the alphabet. */
export function findEntryPoints(): readonly EntryPoint[] {
  const { exports } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8')) as {
    /** Null closes what a wildcard would open. */
    readonly exports: Readonly<Record<string, { readonly types: string } | null>>
  }
  return (
    Object.entries(exports)
      .flatMap(([path, target]) => {
        if (target === null) return []
        const { types } = target
        const [before = '', after = ''] = types.replace('./', '').split('*')
        return globSync(types, { cwd: library }).map((file) => ({
          path: path.replace('*', file.slice(before.length, file.length - after.length)),
          types: file,
        }))
      })
      // What was built from a source that has since gone: `tsc -b` does not remove it.
      .filter(({ types }) => existsSync(join(library, types.replace('dist', 'src').replace(/\.d\.ts$/, '.ts'))))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1))
  )
}
