import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const sources = globSync('packages/*/src/**/*.{ts,tsx,mts}', { cwd: root }).filter(
  (file) => !/\.test\.|test-d/.test(file),
)

it('no message sends a person to a page of the repository, which a user of the packages does not have', () => {
  expect(sources.length).toBeGreaterThan(300)
  const sent = sources.flatMap((file) =>
    readFileSync(`${root}/${file}`, 'utf8')
      .split('\n')
      .filter((line) => /\b[\w-]+\.md\b/.test(line.replace(/^\s*(?:\/?\*|\/\/).*|\s\/\/ .*/, '')))
      .map((line) => `${file}: ${line.trim()}`),
  )
  expect(sent).toEqual([])
})
