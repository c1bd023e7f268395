import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { CHECK_TYPES, NOT_BESIDE_AN_APP } from './index.ts'

const folder = fileURLToPath(new URL('../../../../hale/src/checks/', import.meta.url))
const checks = globSync('*.ts', { cwd: folder })
  .filter((file) => !/\.test(?:-d)?\.ts$/.test(file))
  .map((file) => basename(file, '.ts'))

it('every check of the library either has a type here, or a reason why not', () => {
  expect([...Object.keys(CHECK_TYPES), ...Object.keys(NOT_BESIDE_AN_APP)].sort()).toEqual(checks.sort())
})
