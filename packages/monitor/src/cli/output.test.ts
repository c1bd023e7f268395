import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createOutput } from './output.ts'

/** A disk with this much space, and what stands on it. */
function aDisk(space: number) {
  const disk = { space, text: '' }
  const output = createOutput({
    toNotice: (lost, code) => `${lost} lost: ${code}\n`,
    writeSome(bytes) {
      if (disk.space === 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
      const some = Buffer.from(bytes).subarray(0, disk.space)
      disk.space -= some.length
      disk.text += some.toString('latin1')
      return some.length
    },
  })
  return { disk, write: output.write }
}

describe('an output', () => {
  it('drops what does not fit, and says how much once there is space', () => {
    const { disk, write } = aDisk(10)
    expect(write('first\n')).toBeUndefined()
    expect(write('second\n')).toBe('ENOSPC')
    expect(write('third\nfourth\n')).toBe('ENOSPC')
    disk.space = 1_000
    expect(write('fifth\n')).toBeUndefined()
    expect(write('sixth\n')).toBeUndefined()
    expect(disk.text).toBe('first\nseco\n3 lost: ENOSPC\nfifth\nsixth\n')
  })

  it('waits a moment for a full pipe that does not block, and not for ever', () => {
    let tries = 0
    const busy = (until: number) => () => {
      tries += 1
      if (tries < until) throw Object.assign(new Error('busy'), { code: 'EAGAIN' })
      return 2
    }
    const toNotice = () => ''
    expect(createOutput({ toNotice, writeSome: busy(4) }).write('a\n')).toBeUndefined()
    tries = 0
    expect(createOutput({ toNotice, writeSome: busy(Infinity) }).write('a\n')).toBe('EAGAIN')
    expect(tries).toBe(10)
  })

  it('M4: whatever fits and whatever does not, every line is there whole or counted', () => {
    const sizes = fc.array(fc.nat({ max: 40 }), { maxLength: 60 })
    fc.assert(
      fc.property(sizes, (spaces) => {
        const { disk, write } = aDisk(0)
        const written: number[] = []
        spaces.forEach((space, line) => {
          disk.space = space
          if (write(`line ${line}.\n`) === undefined) written.push(line)
        })
        disk.space = 1_000
        write('end\n')
        const lines = disk.text.split('\n')
        const whole = lines.flatMap((line) => /^line (?<n>\d+)\.$/u.exec(line)?.groups?.['n'] ?? []).map(Number)
        const lost = lines.flatMap((line) => /^(?<n>\d+) lost: ENOSPC$/u.exec(line)?.groups?.['n'] ?? [])
        const sum = lost.reduce((total, each) => total + Number(each), 0)
        expect(sum + written.length).toBe(spaces.length)
        expect(whole).toEqual(expect.arrayContaining(written))
      }),
    )
  })
})
