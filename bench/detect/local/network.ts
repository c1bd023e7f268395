import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { ping } from 'hale/checks/ping'
import type { Mend } from '../../../packages/hale/test/subjects/subject.ts'
import type { LocalFault } from './fault.ts'

const run = promisify(execFile)
/** Of those for documentation (RFC 5737): nobody has it. */
const HOST = '192.0.2.1'
const SILENT = '/proc/sys/net/ipv4/icmp_echo_ignore_all'

const ip = (command: string): Promise<unknown> => run('ip', command.split(' '))

/** Makes a network without any way out work, with one host on it. */
export async function raiseOwn(): Promise<void> {
  await ip('link set lo up')
  await ip(`address add ${HOST}/32 dev lo`)
  await writeFile(SILENT, '0')
}

async function leave(): Promise<Mend> {
  await ip(`address delete ${HOST}/32 dev lo`)
  return () => ip(`address add ${HOST}/32 dev lo`)
}

const refuseBy = (kind: string) => async (): Promise<Mend> => {
  const back = await leave()
  await ip(`route add ${kind} ${HOST}/32`)
  return async () => {
    await ip(`route delete ${kind} ${HOST}/32`)
    await back()
  }
}

async function fallSilent(): Promise<Mend> {
  await writeFile(SILENT, '1')
  return () => writeFile(SILENT, '0')
}

/** Lets one echo and its answer through at once, each further one after the packets before it, in more than 2 s. */
async function slowDown(): Promise<Mend> {
  await run('tc', 'qdisc add dev lo root tbf rate 300bit burst 200b limit 100kb'.split(' '))
  // It takes what is let through at once, and unless the check was faster its answer too.
  await run('ping', ['-c', '1', '-W', '1', HOST]).catch(() => {})
  return () => run('tc', 'qdisc delete dev lo root'.split(' '))
}

export const NETWORK_FAULTS: readonly LocalFault[] = [
  ['network gone', leave] as const,
  ['route unreachable', refuseBy('unreachable')] as const,
  ['route prohibited', refuseBy('prohibit')] as const,
  ['route into a black hole', refuseBy('blackhole')] as const,
  ['host silent', fallSilent] as const,
  ['slow (300 bit/s)', slowDown] as const,
].map(([fault, bring]) => ({ check: 'ping', fault, open: () => ({ check: ping({ host: HOST }), bring }) }))
