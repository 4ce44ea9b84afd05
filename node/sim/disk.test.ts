import { describe, expect, it } from 'vitest'
import { createChance } from './chance.ts'
import { createDisk } from './disk.ts'

const record = (position: number) =>
  ({
    kind: 'journal',
    signed: 'checkpoint',
    epoch: 0,
    position,
    hash: new Uint8Array(32),
    bytes: new Uint8Array(1),
  }) as const

const fail = () => {
  throw new Error('nothing is read here')
}

describe('a disk', () => {
  it('keeps what is durable, and of the rest a beginning', () => {
    const kept = new Set<number>()
    for (let seed = 0; seed < 100; seed++) {
      const disk = createDisk(fail)
      for (let position = 0; position < 6; position++) disk.append(record(position))
      disk.sync(2)
      disk.crash(createChance(seed, 'disk'))
      expect(disk.records).toEqual([0, 1, 2, 3, 4, 5].slice(0, disk.records.length).map(record))
      expect([disk.durable, disk.lostSignatures]).toEqual([disk.records.length, 6 - disk.records.length])
      kept.add(disk.records.length)
    }
    expect([...kept].sort()).toEqual([2, 3, 4, 5, 6])
  })

  it('finds its last record of a kind', () => {
    const disk = createDisk(fail)
    expect(disk.last('journal')).toBeUndefined()
    disk.append(record(1))
    disk.append(record(2))
    expect(disk.last('journal')?.position).toBe(2)
    disk.rewind(1)
    expect(disk.last('journal')?.position).toBe(1)
  })
})
