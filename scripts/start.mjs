// `npm start`: the monitor with the example shop. `npm start -- path/to/hale.yaml`: the monitor with your own targets.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { environment as shopEnvironment, ports } from '../examples/shop/src/settings.mjs'
import { refuseTakenPorts } from './free-ports.mjs'
import { build, environment, install, root } from './prepare.mjs'

const HALE = 'packages/monitor/dist/cli/hale.js'

const [file] = process.argv.slice(2)
// npm runs scripts in the repository's folder; what was typed is relative to where the person stands.
const config = file === undefined ? undefined : resolve(process.env.INIT_CWD ?? process.cwd(), file)
if (config !== undefined && !existsSync(config)) {
  console.error(`There is no ${config}.`)
  process.exit(1)
}
if (config === undefined) await refuseTakenPorts(ports)

install('start')
build('start')

const children = new Set()
let code = 0
let stopping = false

// Ctrl-C reaches the children by themselves (one process group), and being told twice changes nothing for them. In
// package.json `exec` keeps a shell from dying of it at once, which would have npm report that and not wait.
process.on('SIGINT', stop)
process.on('SIGTERM', stop)

if (config !== undefined) start(HALE, 'up', config)
else {
  // Nothing is red only because it has not started yet.
  await hears(start('examples/shop/src/main.ts'))
  if (!stopping) await hears(start(HALE, 'up', 'examples/shop/hale.yaml'))
  if (!stopping) explainShop()
}

/** Starts one of the two, with the terminal as its own. When it ends, so does the other. */
function start(script, ...args) {
  const node = join(root, 'node_modules/.bin/node')
  const child = spawn(node, [join(root, script), ...args], {
    cwd: root,
    // Where the shop is, for its hale.yaml.
    env: { ...shopEnvironment, ...environment },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  children.add(child)
  child.on('exit', (status, signal) => {
    children.delete(child)
    if (status !== 0 && signal === null) code ||= status ?? 1
    stop()
    if (children.size === 0) process.exit(code)
  })
  return child
}

function stop() {
  stopping = true
  for (const child of children) child.kill('SIGTERM')
}

/** Resolves when a child says that it is there, or when it has ended. */
function hears(child) {
  return new Promise((resolve) => {
    child.once('message', resolve)
    child.once('exit', resolve)
  })
}

function explainShop() {
  const set = process.env.SHOP_PORT ? `SHOP_PORT=${process.env.SHOP_PORT} ` : ''
  console.log(`  Break something   ${set}npm run shop:break -- payments`)
  console.log(`  Mend it           ${set}npm run shop:mend -- payments`)
  console.log('  Stop              Ctrl-C')
  console.log()
}
