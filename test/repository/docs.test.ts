import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = globSync(['README.md', 'docs/**/*.md', 'packages/*/README.md'], { cwd: root }).toSorted()

/** The fenced blocks of a language on a page, with the line on which each begins. */
function blocksOf(page: string, language: string): readonly { readonly line: number; readonly code: string }[] {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    code: match[1] ?? '',
  }))
}

describe('the documentation', () => {
  it('compiles: every TypeScript block, against the built packages', () => {
    const folder = join(root, 'node_modules/.cache/documentation')
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    const blocks = pages.flatMap((page) => blocksOf(page, 'ts').map((block) => ({ page, ...block })))
    for (const { page, line, code } of blocks) {
      writeFileSync(join(folder, `${page.replaceAll(/\W/g, '-')}-line-${line}.ts`), `${code}\nexport {}\n`)
    }
    const options = {
      noEmit: true,
      composite: false,
      isolatedDeclarations: false,
      noUnusedLocals: false,
      types: ['node'],
    }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: join(root, 'tsconfig.base.json'), compilerOptions: options, include: ['*.ts'] }),
    )
    expect(blocks.length).toBeGreaterThan(0)
    const { stdout, status } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' })
    expect(stdout).toBe('')
    expect(status).toBe(0)
  })

  it.each(pages)('has no dead link to a file: %s', (page) => {
    const text = readFileSync(join(root, page), 'utf8')
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path)
    const dead = links.filter((path) => globSync(join(root, page, '..', path)).length === 0)
    expect(dead).toEqual([])
  })
})
