#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander'
import type { AccessScope } from '../api/access/keys.ts'
import type { MonitorConfig } from '../config/monitor-config.ts'
import { ConfigError } from '../config/problem.ts'
import { StoreError } from '../store/store.ts'
import { VERSION } from '../version.ts'
import type { DoctorOptions } from './doctor/doctor.ts'
import { DOCTOR_HELP, SERVE_HELP } from './help.ts'
import { createTerminal, orFail } from './terminal.ts'
import { DEFAULT_FILE, UsageError } from './usage.ts'

/** Exit code of a command whose 1 is an answer. */
const MISUSE = 2

const { env } = process
const terminal = createTerminal(process.stdout, env)
/** Of the commands that do not stay. */
const once = orFail(terminal)
// Where an error cannot be said the exit code still does.
process.stderr.on('error', () => {})
const program = new Command('hale')
  .description('Watches health documents, URLs and ports; tells you what is wrong, since when and why.')
  .version(VERSION, '-v, --version')
  .showHelpAfterError()
  .configureOutput({ writeOut: (text) => void once.print(text.replace(/\n$/, '')) })

// What a command needs is loaded when it is called: help and version are there at once.
const readConfig = async (file: string | undefined): Promise<MonitorConfig> =>
  await (await import('./config-file.ts')).readConfig(file, env)
const keys = async () => await import('./key.ts')
const storeOf = async (file: string | undefined): Promise<string> =>
  await (await import('./config-file.ts')).findStore(file, env)

const FILE = ['[file]', `the configuration (default: ${DEFAULT_FILE})`] as const

program
  .command('up')
  .description('start watching, with the dashboard')
  .argument('[what...]', `a file (default: ${DEFAULT_FILE}), or addresses: https://shop.example/health tcp://db:5432`)
  .addOption(new Option('-p, --port <port>', 'instead of server.port').env('HALE_PORT').argParser(toPort))
  .action(async (what: readonly string[], { port }: { readonly port?: number }) => {
    const { readWatched } = await import('./config-file.ts')
    const config = await readWatched(what, env)
    const { up } = await import('./up.ts')
    await up({ ...config, server: { ...config.server, port: port ?? config.server.port } }, terminal)
  })

program
  .command('serve')
  .description('answer health requests beside an app in any language')
  .argument('[file]', `what to check (default: ${DEFAULT_FILE})`)
  .addOption(new Option('-p, --port <port>', 'instead of the one of serve.listen').argParser(toPort))
  .addHelpText('after', SERVE_HELP)
  .action(async (file: string | undefined, { port }: { readonly port?: number }) => {
    const { readServeFile } = await import('./config-file.ts')
    const text = await readServeFile(file)
    const { serve } = await import('./serve.ts')
    await serve({ file: file ?? DEFAULT_FILE, text, env, port }, terminal)
  })

program
  .command('check-config')
  .description('say what is wrong with a file for up or serve, without starting anything')
  .argument(...FILE)
  .action(async (file: string | undefined) => {
    const { isForServe, readServeFile } = await import('./config-file.ts')
    if (await isForServe(file)) {
      const { checkServeFile } = await import('./serve.ts')
      await checkServeFile({ file: file ?? DEFAULT_FILE, text: await readServeFile(file), env }, once)
      return
    }
    const { targets, channels } = await readConfig(file)
    const names = channels.map(({ name }) => name).join(', ')
    once.print(`${file ?? DEFAULT_FILE} is fine: ${targets.length} targets, told to ${names}.`)
  })

program
  .command('doctor')
  .description('say what an app depends on that nothing checks: exit code 0 for nothing, 1 for findings, 2 for misuse')
  .argument('[folder]', 'the app, with its package.json (default: this folder)')
  .option('-u, --url <url>', 'its running health, for the checks it has; else its sources say')
  .addOption(new Option('-k, --key <key>', 'opens the whole health of --url').env('HALE_APP_KEY'))
  .option('--json', 'for programs')
  .addHelpText('after', DOCTOR_HELP)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : MISUSE))
  .action(async (folder: string | undefined, options: DoctorOptions) => {
    const { doctor } = await import('./doctor/doctor.ts')
    try {
      process.exitCode = (await doctor(folder ?? '.', options, once)) === 0 ? 0 : 1
    } catch (error) {
      process.stderr.write(`${explain(error)}\n`)
      process.exitCode = MISUSE
    }
  })

const key = program.command('key').description('keys of the API and of the dashboard')
const configOption = (): Option =>
  new Option('-c, --config <file>', `whose store it is (default: ${DEFAULT_FILE}, else that of hale up in this folder)`)

key
  .command('add')
  .description('make a key; it is printed once')
  .argument('<name>', 'what it is for')
  .addOption(new Option('-s, --scope <scope>', 'what it may do').choices(['read', 'admin']).default('read'))
  .addOption(configOption())
  .action(async (name: string, options: { readonly scope: AccessScope; readonly config?: string }) => {
    const { addKey } = await keys()
    await addKey(await storeOf(options.config), name, options.scope, terminal)
  })

key
  .command('list')
  .description('show the keys there are; not what they are')
  .addOption(configOption())
  .action(async (options: { readonly config?: string }) => {
    const { listKeys } = await keys()
    await listKeys(await storeOf(options.config), once)
  })

key
  .command('remove')
  .description('end a key, and every session')
  .argument('<id>', 'as hale key list shows it')
  .addOption(configOption())
  .action(async (id: string, options: { readonly config?: string }) => {
    const { removeKey } = await keys()
    await removeKey(await storeOf(options.config), id, once)
  })

function toPort(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/u.test(text) || port > 65_535) throw new InvalidArgumentError('It is a number from 0 to 65535.')
  return port
}

/** What a person can mend is said in a sentence; only what nobody expected comes with a stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof UsageError) return error.message
  if (error instanceof StoreError) return `The store cannot be opened: ${error.message}`
  const { code, port } = error as NodeJS.ErrnoException & { readonly port?: number }
  if (code === 'ERR_UNKNOWN_BUILTIN_MODULE')
    return `The monitor keeps what it sees in SQLite, which this Node does not have (${process.version}). It needs Node 22.19 or newer.`
  if (code === 'EADDRINUSE') return `Port ${port} is taken. Is hale running already? Another: --port 8490`
  if (code === 'EACCES' && port !== undefined)
    return `Port ${port} may not be opened by this user. Another: --port 8480`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`${explain(error)}\n`)
  process.exitCode = 1
}
