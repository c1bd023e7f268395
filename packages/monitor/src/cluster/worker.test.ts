import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import { isGone, newWorkerId } from './worker.ts'

describe('isGone', () => {
  it('knows a worker of this process as alive, and one of an earlier process with the same id as gone', () => {
    expect(isGone(newWorkerId())).toBe(false)
    expect(isGone(`${hostname()}/${process.pid}/an-earlier-process/random`)).toBe(true)
  })

  it('knows a killed process as gone', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await once(child, 'spawn')
    const worker = `${hostname()}/${child.pid}/incarnation/random`
    expect(isGone(worker)).toBe(false)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(isGone(worker)).toBe(true)
  })

  it.each(['another-host/1/x/y', 'a', 'host/not-a-pid/x/y', `${hostname()}/0/x/y`])(
    'leaves %s to its lease',
    (worker) => {
      expect(isGone(worker)).toBe(false)
    },
  )
})
