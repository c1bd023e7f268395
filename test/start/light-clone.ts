import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { root, stampOf } from '../../scripts/prepare.mjs'

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly dev?: boolean; readonly link?: boolean; readonly resolved?: string }>
  >
}

const PARTS = ['package.json', 'package-lock.json', 'tsconfig.base.json', 'scripts', 'packages', 'examples']
const MADE = new Set(['node_modules', 'dist'])

/** A clone of the repository, not built, in which is installed what `npm start` installs, and nothing else. */
export function lightClone(folder: string): string {
  for (const part of PARTS) {
    cpSync(join(root, part), join(folder, part), {
      recursive: true,
      filter: (path) => !MADE.has(basename(path)) && !path.endsWith('.tsbuildinfo'),
    })
  }
  const { packages }: Lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  for (const [path, { dev, link, resolved = '' }] of Object.entries(packages)) {
    // What is installed inside another package comes with it.
    const isOutermost =
      path.includes('node_modules/') && path.indexOf('node_modules/') === path.lastIndexOf('node_modules/')
    if (dev === true || !isOutermost || !existsSync(join(root, path))) continue
    place(link === true ? join(folder, resolved) : join(root, path), join(folder, path))
  }
  for (const name of ['node', 'tsc', 'vite']) {
    place(join(root, 'node_modules/.bin', name), join(folder, 'node_modules/.bin', name))
  }
  writeFileSync(join(folder, 'node_modules/.hale-installed'), stampOf('start'))
  return folder
}

function place(what: string, where: string): void {
  mkdirSync(dirname(where), { recursive: true })
  symlinkSync(what, where)
}
