import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A command that a page tells a person to type. */
export interface DocCommand {
  readonly page: string
  readonly line: number
  /** Its words, without variables before it, quotes and what is redirected or remarked behind it. */
  readonly words: readonly string[]
}

/** What a line of shell begins with, of all that the pages show. */
const PROGRAMS = ['apt-get', 'curl', 'flask', 'hale', 'hale-probe', 'node', 'npm', 'npx', 'openssl', 'printf']
const PAGES = ['README.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/*/README.md']
const COMMAND = new RegExp(`^(?:[A-Z_]+=\\S+ )*(?:${PROGRAMS.join('|')}) \\S`)

/** Every command in the pages: of blocks of shell, of indented lines, and of what is marked as code in a sentence. */
export function findDocCommands(root: string): readonly DocCommand[] {
  return globSync(PAGES, { cwd: root })
    .toSorted()
    .flatMap((page) => commandsOf(page, readFileSync(join(root, page), 'utf8')))
}

function commandsOf(page: string, text: string): readonly DocCommand[] {
  let block: string | undefined
  return text.split('\n').flatMap((line, at) => {
    const fence = /^ *```(\w*)/.exec(line)
    if (fence !== null) {
      block = block === undefined ? fence[1] : undefined
      return []
    }
    const found = lineCommands(line, block)
    return found.map((command) => ({ page, line: at + 1, words: toWords(command) }))
  })
}

function lineCommands(line: string, block: string | undefined): readonly string[] {
  if (block === 'sh') return line === '' || /^[A-Z_]+=\S+(?: #.*)?$/.test(line) ? [] : [line]
  if (block === 'console') return line.startsWith('$ ') ? [line.slice(2)] : []
  if (block !== undefined) return []
  if (line.startsWith('    ')) return COMMAND.test(line.trim()) ? [line.trim()] : []
  return [...line.matchAll(/`([^`]+)`/g)]
    .map(([, code = '']) => code)
    .filter((code) => COMMAND.test(code) && !code.includes('←'))
}

function toWords(command: string): readonly string[] {
  const [bare = ''] = command.replace(/^(?:[A-Z_]+=\S+ )+/, '').split(/\s+(?:#|\||\\\|)\s/)
  return [...bare.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, word]) => single ?? double ?? word ?? '',
  )
}
