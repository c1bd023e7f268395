import { readFile, readdir } from 'node:fs/promises'
import { defineCheck, type LocalCheck } from '../core/check.ts'
import { show } from '../core/misuse.ts'
import { healthy, unhealthy, unknown, type Result } from '../core/result.ts'
import { filledRule, isText, isWhole, optional, type Rules } from '../core/rules.ts'
import { readText } from './support/control-groups.ts'
import { refuseMisuse } from './support/misuse.ts'

/** One of `pid`, `pidFile` and `name`. */
export interface ProcessAliveOptions {
  /** The process's number; one of this, `pidFile` and `name` must be given. Default: none. */
  readonly pid?: number
  /** A file in which its number stands, such as `/run/nginx.pid`. Default: none. */
  readonly pidFile?: string
  /** What it is called: the name of its program, such as `nginx`. Linux only. Default: none. */
  readonly name?: string
  /** How many of that name there must be. Default 1. */
  readonly atLeast?: number
}

const RULES: Rules<ProcessAliveOptions> = {
  pid: (pid, { name, pidFile }) => {
    const given = [pid, pidFile, name].filter((each) => each !== undefined)
    if (given.length !== 1) return 'give one of pid, pidFile and name'
    return pid !== undefined && !isPid(pid) && `${show(pid)} is not the number of a process`
  },
  pidFile: filledRule,
  name: optional('the name of a program', (name) => isText(name) && /^[^/\0]+$/.test(name)),
  atLeast: optional('a number from 1', (count) => isWhole(count, 1)),
}

/**
 * Whether another process of this machine lives, by its number, by a file with its number, or by its name. One that has
 * ended and is not yet taken note of (a zombie) does not. It says that the process is there, not that it works: where you
 * can, ask it something. Costs a few small reads per run; by name one under `/proc` for each process of the machine.
 *
 * Observed: how many live.
 *
 * Codes: `CHECK_THREW`, unknown, when the processes cannot all be looked at, such as when too many files are open.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function processAlive(options: ProcessAliveOptions): LocalCheck {
  refuseMisuse('process-alive', options, RULES)
  const { atLeast = 1, name, pid, pidFile } = options
  const find = async (): Promise<Result> => {
    if (name !== undefined) return fromName(name, atLeast)
    if (pidFile !== undefined) return fromFile(pidFile)
    return judgeCount(`with the number ${pid}`, (await isAlive(pid ?? 0)) ? 1 : 0, 1)
  }
  return defineCheck({ kind: 'process-alive', scope: 'local', run: find })
}

function isPid(value: unknown): boolean {
  return isWhole(value, 1, 2 ** 31 - 1)
}

async function fromName(name: string, atLeast: number): Promise<Result> {
  try {
    return judgeCount(`called ${name}`, await countOfName(name), atLeast)
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException).code)
    return unknown('CHECK_THREW', `Not all processes can be looked at (${code}). See whether too many files are open.`)
  }
}

async function fromFile(path: string): Promise<Result> {
  const missing = (why: string): Result =>
    unhealthy('PROCESS_MISSING', `${path} ${why}. Start what is to write it, or correct the path.`, {
      observed: { value: 0, unit: 'processes' },
    })
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    return missing(`cannot be read (${String((error as NodeJS.ErrnoException).code)})`)
  }
  const pid = Number(/^\s*(\d{1,10})\s*(?:\n|$)/.exec(text)?.[1])
  if (!isPid(pid)) return missing('does not begin with the number of a process')
  return judgeCount(`with the number ${pid} (${path})`, (await isAlive(pid)) ? 1 : 0, 1)
}

function judgeCount(which: string, count: number | undefined, atLeast: number): Result {
  if (count === undefined)
    return unknown(
      'NOT_AVAILABLE',
      'Processes cannot be found by name here: there is no /proc. Give its number, or a file with it.',
    )
  const details = { observed: { value: count, unit: 'processes' } }
  if (count >= atLeast)
    return healthy(`${count} process${count === 1 ? '' : 'es'} ${which} live${count === 1 ? 's' : ''}.`, details)
  const found = count === 0 ? 'No process' : `Only ${count} of ${atLeast} processes`
  return unhealthy(
    'PROCESS_MISSING',
    `${found} ${which} live${count === 0 ? 's' : ''}. Start it, and see its log for why it ended.`,
    details,
  )
}

async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // It is there, and another user's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return !isZombie(await readText('/', `proc/${pid}/stat`))
}

async function countOfName(name: string): Promise<number | undefined> {
  const pids = (await unlessGone(readdir('/proc')))?.filter((each) => /^\d+$/.test(each)) ?? []
  if (pids.length === 0) return undefined
  let count = 0
  // A few at a time, for each takes a file.
  for (let at = 0; at < pids.length; at += AT_ONCE) {
    const found = await Promise.all(pids.slice(at, at + AT_ONCE).map((pid) => isNamed(pid, name)))
    count += found.filter(Boolean).length
  }
  return count
}

const AT_ONCE = 8

async function isNamed(pid: string, name: string): Promise<boolean> {
  const stat = await unlessGone(readFile(`/proc/${pid}/stat`, 'utf8'))
  if (stat === undefined || isZombie(stat)) return false
  // The kernel keeps 15 bytes of the name, so a longer one is looked for in the command line.
  const short = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
  if (short === name) return true
  if (!name.startsWith(short)) return false
  const [program = ''] = ((await unlessGone(readFile(`/proc/${pid}/cmdline`, 'utf8'))) ?? '').split('\0')
  return program.split('/').at(-1) === name
}

/** Undefined when it is no longer there, or never was. What cannot be read for another reason may well be. */
async function unlessGone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(String((error as NodeJS.ErrnoException).code))) return undefined
    throw error
  }
}

/** `pid (name) state …`; the name may hold brackets and spaces. */
function isZombie(stat: string | undefined): boolean {
  return stat !== undefined && /^[ZXx]/.test(stat.slice(stat.lastIndexOf(')') + 2))
}
