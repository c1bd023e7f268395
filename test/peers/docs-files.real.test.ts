import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensurePackages, findBinary, type Binary } from '../harness/packages.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'hale-docs-files-'))
const nginx = blockOf('docs/life-cycle.md', 'nginx')
const haproxy = blockOf('docs/life-cycle.md', 'haproxy')

/** What the pages give to be copied into another program's file, read by that program. */
describe('the files of other programs in the documentation', () => {
  beforeAll(() => ensurePackages(['nginx', 'haproxy', 'promtool']))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('nginx takes the upstream of docs/life-cycle.md', () => {
    const around = `pid ${join(folder, 'nginx.pid')};\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n${nginx}\n}\n`
    expect(judged('nginx', ['-t', '-p', folder, '-c', write('nginx.conf', around)])).toMatchObject({ status: 0 })
  })

  it('HAProxy takes the backend of docs/life-cycle.md', () => {
    const around = `defaults\n  mode http\n  timeout connect 1s\n  timeout client 5s\n  timeout server 5s\n\nfrontend front\n  bind 127.0.0.1:8080\n  default_backend orders\n\n${haproxy}`
    expect(judged('haproxy', ['-c', '-f', write('haproxy.cfg', around)])).toMatchObject({ status: 0 })
  })

  it('Prometheus takes the scrapes and the rules of docs/prometheus.md', () => {
    cpSync(join(root, 'mixin'), join(folder, 'hale'), { recursive: true })
    write('health.key', 'a key')
    write('hale.key', 'a key')
    const [scrapes = '', rules = ''] = blocksOf('docs/prometheus.md', 'yaml')
    // The only change: where the keys are.
    const whole = `${scrapes}\n${rules}`.replaceAll('/etc/prometheus/', `${folder}/`)
    expect(judged('promtool', ['check', 'config', write('prometheus.yaml', whole)])).toMatchObject({ status: 0 })
  })
})

function blocksOf(page: string, language: string): readonly string[] {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code = '']) => code)
}

function blockOf(page: string, language: string): string {
  const [code] = blocksOf(page, language)
  if (code === undefined) throw new Error(`${page} has no block of ${language}`)
  return code
}

function write(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** What a program says of a file: nothing is wrong with it at status 0. */
function judged(binary: Binary, args: readonly string[]): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(findBinary(binary) ?? binary, args, { encoding: 'utf8' })
  return { status, said: `${stdout}${stderr}` }
}
