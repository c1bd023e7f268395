// `npm start`: the monitor with the example shop. `npm start -- path/to/hale.yaml`: the monitor with your own targets.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build, environment, install, root } from './prepare.mjs'

const [file] = process.argv.slice(2)
// npm runs scripts in the repository's folder; what was typed is relative to where the person stands.
const config = file === undefined ? undefined : resolve(process.env.INIT_CWD ?? process.cwd(), file)
if (config !== undefined && !existsSync(config)) {
  console.error(`There is no ${config}.`)
  process.exit(1)
}

install()
build()

const node = join(root, 'node_modules/.bin/node')
const start = (script, ...args) =>
  spawn(node, [join(root, script), ...args], { cwd: root, stdio: 'inherit', env: environment })

const children =
  config === undefined
    ? [start('examples/shop/src/main.ts'), start('packages/monitor/dist/cli/hale.js', 'up', 'examples/shop/hale.yaml')]
    : [start('packages/monitor/dist/cli/hale.js', 'up', config)]

// Ctrl-C reaches the children by themselves (one process group); a plain SIGTERM reaches only this process.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => children.forEach((child) => child.kill('SIGTERM')))

let code = 0
let left = children.length
for (const child of children) {
  child.on('exit', (status, signal) => {
    if (status !== 0 && signal === null) code ||= status ?? 1
    left -= 1
    // One cannot go on without the other.
    for (const other of children) if (other.exitCode === null && other.signalCode === null) other.kill('SIGTERM')
    if (left === 0) process.exit(code)
  })
}
