// Collects golden documents: what the real packages answer. Installs them (the versions that the endpoint benchmark measures)
// into a temporary folder, so that the repository does not carry them, and writes every body as it came, laid out anew.
// `golden.test.ts` says with which HTTP code each came; a change of either shows there.
//
//     npx node packages/hale/test/documents/collect.ts [folder with the packages installed]
//
// alexliesenfeld.go and django_documents.py do the same for two packages of Debian's and say how.
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Answered {
  readonly http: number
  readonly body: string
}

const SERVICES = ['terminus', 'godaddy', 'medicus', 'adonis', 'cloudnative', 'lightship', 'under-pressure']
const own = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const golden = own('../../src/formats/golden/')

const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'hale-documents-'))
if (!existsSync(join(folder, 'node_modules'))) {
  copyFileSync(own('../../../../bench/endpoint/competitors/package.json'), join(folder, 'package.json'))
  // Some of them have not yet said that they work with the newest of the others; they do.
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--legacy-peer-deps', '--ignore-scripts']
  execFileSync('npm', ['install', ...quiet], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
}
copyFileSync(own('services.mjs'), join(folder, 'services.mjs'))

for (const service of SERVICES) {
  const child = fork(join(folder, 'services.mjs'), [service], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  const [documents] = (await once(child, 'message')) as [Readonly<Record<string, Answered>>]
  for (const [name, { body, http }] of Object.entries(documents)) {
    const isJson = body.startsWith('{')
    writeFileSync(join(golden, `${name}.${isJson ? 'json' : 'txt'}`), isJson ? JSON.stringify(JSON.parse(body)) : body)
    console.log(`${http} ${name}`)
  }
}
execFileSync('npx', ['oxfmt', golden], { cwd: own('../../../..'), stdio: 'inherit' })
