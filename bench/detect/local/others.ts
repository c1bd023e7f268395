import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { http } from 'hale/checks/http'
import { processAlive } from 'hale/checks/process-alive'
import { tcp } from 'hale/checks/tcp'
import type { LocalFault, LocalOpened } from './fault.ts'

/** No process of another network has it. */
const PORT = 8_080
/** Of 15 letters at most, and no other app's. */
const NAME = `mate-of-${process.pid}`
const SERVE = `require('node:http').createServer((_, answer) => answer.end('well')).listen(${PORT}, '127.0.0.1', () => console.log('up'))`

type Start = () => Promise<ChildProcess>

async function startServer(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', SERVE], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return child
}

/** A process of this name, whose number stands in a file. */
const startMate =
  (folder: string): Start =>
  async () => {
    const program = join(folder, NAME)
    await copyFile('/bin/sleep', program)
    const child = spawn(program, ['infinity'], { stdio: 'ignore' })
    await once(child, 'spawn')
    await writeFile(pidFileIn(folder), String(child.pid))
    return child
  }

const pidFileIn = (folder: string): string => join(folder, 'mate.pid')

async function opened(check: LocalOpened['check'], fault: 'killed' | 'stopped', start: Start): Promise<LocalOpened> {
  let child = await start()
  return {
    check,
    async bring() {
      if (fault === 'stopped') {
        child.kill('SIGSTOP')
        return async () => child.kill('SIGCONT')
      }
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
      return async () => (child = await start())
    },
    end: () => child.kill('SIGKILL'),
  }
}

const url = `http://127.0.0.1:${PORT}/`

export const OTHERS_FAULTS: readonly LocalFault[] = [
  {
    check: 'process-alive',
    fault: 'killed (by the file of its number)',
    open: (folder) => opened(processAlive({ pidFile: pidFileIn(folder) }), 'killed', startMate(folder)),
  },
  {
    check: 'process-alive',
    fault: 'killed (by name)',
    open: (folder) => opened(processAlive({ name: NAME }), 'killed', startMate(folder)),
  },
  { check: 'http', fault: 'server killed', open: () => opened(http({ url }), 'killed', startServer) },
  { check: 'http', fault: 'server stopped (SIGSTOP)', open: () => opened(http({ url }), 'stopped', startServer) },
  {
    check: 'tcp',
    fault: 'server killed',
    open: () => opened(tcp({ host: '127.0.0.1', port: PORT }), 'killed', startServer),
  },
]
