import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it } from 'vitest'
import { lockDataFolder } from './data-folder-lock.ts'
import { temporaryFolders } from './test-support/temporary-folder.ts'

const nextFolder = temporaryFolders()
const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** Another process that tries to take the folder and, if it can, holds it. @returns the first line that it prints */
async function takeElsewhere(folder: string): Promise<{ child: ChildProcess; answer: string }> {
  const script = new URL('./test-support/lock-child.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [script, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  for await (const answer of createInterface(child.stdout as NodeJS.ReadableStream)) return { child, answer }
  throw new Error('the child ended without a word')
}

function codeOf(folder: string): string | undefined {
  try {
    lockDataFolder(folder).release()
  } catch (error) {
    return (error as { code?: string }).code
  }
  return undefined
}

describe('the lock of a data folder', () => {
  it('keeps out a second process until the first is killed', async () => {
    const folder = nextFolder()
    const first = await takeElsewhere(folder)
    expect(first.answer).toBe('taken')
    const second = await takeElsewhere(folder)
    expect(second.answer).toBe(`DATA_FOLDER_IN_USE ${first.child.pid}`)
    expect(codeOf(folder)).toBe('DATA_FOLDER_IN_USE')

    const ended = once(first.child, 'exit')
    first.child.kill('SIGKILL')
    await ended
    expect(Number(readFileSync(join(folder, 'node.pid'), 'utf8'))).toBe(first.child.pid)
    const third = await takeElsewhere(folder)
    expect(third.answer).toBe('taken')
  })

  it('held here keeps out others and ourselves, and still does after a refusal', async () => {
    const folder = nextFolder()
    const lock = lockDataFolder(folder)
    expect(codeOf(folder)).toBe('DATA_FOLDER_IN_USE')
    expect((await takeElsewhere(folder)).answer).toBe(`DATA_FOLDER_IN_USE ${process.pid}`)
    lock.release()
    lock.release()
    expect((await takeElsewhere(folder)).answer).toBe('taken')
  })

  it('is the folder’s, whatever path leads to it', () => {
    const folder = nextFolder()
    const link = join(nextFolder(), 'link')
    symlinkSync(folder, link)
    const lock = lockDataFolder(link)
    expect(lock.folder).toBe(folder)
    expect(codeOf(folder)).toBe('DATA_FOLDER_IN_USE')
    lock.release()
  })
})

describe.skipIf(process.platform === 'win32')('the permissions of a data folder', () => {
  it('are its owner’s alone, in a folder that we make', () => {
    const folder = join(nextFolder(), 'a', 'b')
    const lock = lockDataFolder(folder)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, 'node.lock')).mode & 0o077).toBe(0)
    expect(statSync(join(folder, 'node.pid')).mode & 0o077).toBe(0)
    lock.release()
  })

  it('are closed to others in an empty folder', () => {
    const folder = join(nextFolder(), 'empty')
    mkdirSync(folder)
    chmodSync(folder, 0o755)
    const lock = lockDataFolder(folder)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    lock.release()
  })

  it.each([0o710, 0o704, 0o777])('refuse a folder with files and mode %o, and leave it alone', (mode) => {
    const folder = nextFolder()
    writeFileSync(join(folder, 'letter.txt'), 'Dear friend')
    chmodSync(folder, mode)
    expect(codeOf(folder)).toBe('DATA_FOLDER_PERMISSIONS')
    expect(statSync(folder).mode & 0o777).toBe(mode)
  })
})
