import { execFile } from 'node:child_process'
import { rmdirSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { makeFolder } from '../../../../test/harness/folder.ts'
import { askOnce } from '../../../../test/harness/ask.ts'
import { disk } from './disk.ts'

const run = promisify(execFile)
const source = JSON.stringify(new URL('./disk.ts', import.meta.url).href)
const folder = makeFolder('disk')

/** What a process finds that makes files on a file system of 4 MB and 100 inodes, in a mount namespace that ends with it. */
async function fillInodes(): Promise<unknown> {
  const script = `
    import { writeFileSync } from 'node:fs'
    import { disk } from ${source}
    const path = process.argv[1]
    const check = disk({ path })
    const found = []
    for (let files = 0; files < 97; files++) {
      if (files === 80 || files === 92) found.push(await check.run({}))
      writeFileSync(path + '/' + files, '')
    }
    console.log(JSON.stringify([...found, await check.run({})]))`
  const inside = `${MOUNT}; exec "$2" --input-type=module-typescript -e "$3" "$1"`
  const { stdout } = await run('unshare', [...NAMESPACE, inside, 'sh', folder, process.execPath, script])
  return JSON.parse(stdout)
}

const NAMESPACE = ['--mount', '--map-root-user', 'sh', '-c']
const MOUNT = 'mount -t tmpfs -o size=4m,nr_inodes=100 hale "$1"'

const canMount = await run('unshare', [...NAMESPACE, MOUNT, 'sh', folder]).then(
  () => true,
  () => false,
)
const [look, expected] = canMount
  ? [
      fillInodes,
      [
        { status: 'healthy', data: { freeInodes: 19, totalInodes: 100 } },
        {
          status: 'degraded',
          code: 'INODES_LOW',
          message: expect.stringContaining('Only 7 of 100 inodes free (7 %)'),
          observed: { value: 7, unit: '%' },
        },
        { status: 'unhealthy', code: 'INODES_LOW', observed: { value: 2, unit: '%' } },
      ],
    ]
  : // In a container that may not mount: what is left to see is that it reads the inodes of the file system there is.
    [
      async () => [await askOnce(disk({ path: folder, degraded: '1KB', unhealthy: '1KB', inodesDegraded: '100%' }))],
      [{ status: 'degraded', code: 'INODES_LOW' }],
    ]

it('disk: sees a real file system run out of inodes while it has space', async () => {
  expect(await look()).toMatchObject(expected)
  rmdirSync(folder)
})
