import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../test-support/temporary-folder.ts'
import { checkSocketFolder, kindAt, prepareSocketFolder, type SocketSurroundings, socketPathOf } from './socket-path.ts'

const around: SocketSurroundings = { platform: 'linux', temporaryDir: '/tmp', userId: process.getuid?.() }
const folder = temporaryFolder('socket-path')

describe('socketPathOf', () => {
  it('is inside the data folder', () => {
    expect(socketPathOf('/data', around)).toBe('/data/run/node.sock')
  })

  it('moves to the temporary folder one byte above what the system takes', () => {
    const ending = '/run/node.sock'.length
    const fits = `/${'x'.repeat(107 - ending - 1)}`
    expect(socketPathOf(fits, around)).toBe(`${fits}/run/node.sock`)
    expect(socketPathOf(`${fits}x`, around)).toMatch(/^\/tmp\/qudag-\d+-[0-9a-f]{16}\/node\.sock$/)
    expect(socketPathOf(fits, { ...around, platform: 'darwin' })).toMatch(/^\/tmp\/qudag-/)
  })

  it('counts bytes, not characters', () => {
    expect(socketPathOf(`/${'ü'.repeat(60)}`, around)).toMatch(/^\/tmp\/qudag-/)
  })

  it('differs by data folder and by user', () => {
    const long = (letter: string): string => `/${letter.repeat(120)}`
    expect(socketPathOf(long('a'), around)).not.toBe(socketPathOf(long('b'), around))
    expect(socketPathOf(long('a'), { ...around, userId: 1 })).not.toBe(
      socketPathOf(long('a'), { ...around, userId: 2 }),
    )
  })

  it('is the same through a link', () => {
    const real = join(folder, 'real')
    mkdirSync(real)
    symlinkSync(real, join(folder, 'link'))
    expect(socketPathOf(join(folder, 'link'), around)).toBe(socketPathOf(real, around))
  })

  it('is a named pipe on Windows', () => {
    expect(socketPathOf('/data', { ...around, platform: 'win32' })).toMatch(/^\\\\\.\\pipe\\qudag-[0-9a-f]{32}$/)
  })
})

describe('the folder of the socket', () => {
  const pathIn = (name: string): string => join(folder, name, 'node.sock')

  it('is made 0700', async () => {
    await prepareSocketFolder(pathIn('new'), around)
    expect(statSync(join(folder, 'new')).mode & 0o777).toBe(0o700)
  })

  it('is closed to others where the node owns it, and refused by whoever connects', async () => {
    mkdirSync(join(folder, 'open'))
    chmodSync(join(folder, 'open'), 0o755)
    await expect(checkSocketFolder(pathIn('open'), around)).rejects.toMatchObject({ code: 'SOCKET_FOLDER_UNSAFE' })
    await prepareSocketFolder(pathIn('open'), around)
    expect(statSync(join(folder, 'open')).mode & 0o777).toBe(0o700)
  })

  it('is refused where it belongs to somebody else', async () => {
    mkdirSync(join(folder, 'theirs'), { mode: 0o700 })
    const stranger = { ...around, userId: (around.userId ?? 0) + 1 }
    await expect(prepareSocketFolder(pathIn('theirs'), stranger)).rejects.toMatchObject({
      code: 'SOCKET_FOLDER_UNSAFE',
      details: { reason: 'it belongs to another user' },
    })
  })

  it('is refused where it is a link', async () => {
    mkdirSync(join(folder, 'target'), { mode: 0o700 })
    symlinkSync(join(folder, 'target'), join(folder, 'planted'))
    await expect(prepareSocketFolder(pathIn('planted'), around)).rejects.toMatchObject({ code: 'SOCKET_FOLDER_UNSAFE' })
  })
})

describe('kindAt', () => {
  it('tells nothing from something', async () => {
    const file = join(folder, 'file')
    expect(await kindAt(file)).toBe('nothing')
    writeFileSync(file, '')
    expect(await kindAt(file)).toBe('other')
  })
})
