import { execFile } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { blocksOf, type Block } from '../harness/blocks.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(root, 'test-results/documentation')
const pages = globSync(['README.md', 'docs/**/*.md', 'packages/*/README.md'], { cwd: root }).toSorted()

/** Its first line may say `ts run` or `ts file=path`. */
interface PageBlock extends Block {
  readonly page: string
}

const blocks: readonly PageBlock[] = pages.flatMap((page) =>
  blocksOf(readFileSync(join(root, page), 'utf8')).map((block) => ({ page, ...block })),
)
const title = ({ page, line }: PageBlock): string => `${page}, line ${line}`
const fileOf = ({ page, line }: PageBlock): string => join(folder, `${page.replaceAll(/\W/g, '-')}-line-${line}.ts`)

/** Shown from a file, which compiles and runs where it is. */
const quoted = blocks.filter(({ mark }) => mark.startsWith('file='))
const run = blocks.filter(({ mark }) => mark === 'run')

describe('the documentation', () => {
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    for (const block of blocks.filter((each) => !quoted.includes(each))) {
      writeFileSync(fileOf(block), `${block.code}\nexport {}\n`)
    }
  })

  it('marks its blocks in a way that this test knows', () => {
    expect(blocks.length).toBeGreaterThan(0)
    expect(blocks.filter(({ mark }) => !/^(?:run|file=\S+)?$/.test(mark)).map(title)).toEqual([])
  })

  it('compiles: every TypeScript block, against the built packages', async () => {
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
    const outcome = await finish(join(root, 'node_modules/.bin/tsc'), ['-p', folder])
    expect(outcome).toEqual({ code: 0, stdout: '', stderr: '' })
    // One run of the compiler over every page: on a busy machine it took more than 20 s.
  }, 120_000)

  it.each(run.map((block) => [title(block), block] as const))(
    'runs: %s',
    async (_title, block) => {
      const outcome = await finish(join(root, 'node_modules/.bin/node'), [fileOf(block)])
      expect(outcome).toMatchObject({ code: 0, stderr: '' })
    },
    120_000,
  )

  it.each(quoted.map((block) => [title(block), block] as const))('shows its file as it is: %s', (_title, block) => {
    expect(block.code).toBe(readFileSync(join(root, block.mark.slice('file='.length)), 'utf8'))
  })

  it.each(pages)('has no dead link to a file: %s', (page) => {
    const text = readFileSync(join(root, page), 'utf8')
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path)
    const dead = links.filter((path) => globSync(join(root, page, '..', path)).length === 0)
    expect(dead).toEqual([])
  })

  it.each(pages)('has no dead link to a heading: %s', (page) => {
    const links = [...textOf(page).matchAll(/\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g)]
    const dead = links.filter(([, path = '', anchor = '']) => {
      const target = path === '' ? page : join(page, '..', path)
      return target.endsWith('.md') && !anchorsOf(target).has(anchor)
    })
    expect(dead.map(([link]) => link)).toEqual([])
  })
})

/** What a program said in the blocks' folder and its exit code, null when it did not end by itself. */
function finish(
  program: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { timeout: 100_000, cwd: folder }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    )
  })
}

/** What a page says outside its blocks of code, in which `#` begins a comment. */
function textOf(page: string): string {
  return readFileSync(join(root, page), 'utf8').replaceAll(/^ *```[^]*?^ *```$/gm, '')
}

/** Where links may lead: each heading in the spelling of GitHub, the second of a name with `-1`. */
function anchorsOf(page: string): ReadonlySet<string> {
  const seen = new Map<string, number>()
  const anchors = [...textOf(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const slug = words.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-')
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    return count === 0 ? slug : `${slug}-${count}`
  })
  return new Set(anchors)
}
