/** Writes one file for each degree of care, and ends: what the injected disk keeps of them shows whether it is one. */
import { closeSync, fdatasyncSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2] as string

function syncFolder(path: string): void {
  const descriptor = openSync(path, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}

function write(name: string, text: string, sync: boolean): number {
  const descriptor = openSync(join(folder, name), 'w')
  writeSync(descriptor, text)
  if (sync) fdatasyncSync(descriptor)
  return descriptor
}

write('content-and-name', 'kept', true)
write('name-only', 'lost', false)
const appended = write('first-part', 'kept', true)
write('renamed-before', 'kept', true)
renameSync(join(folder, 'renamed-before'), join(folder, 'renamed-and-synced'))
mkdirSync(join(folder, 'folder'))
write('folder/inside', 'kept', true)
syncFolder(join(folder, 'folder'))
write('to-be-renamed', 'kept', true)
syncFolder(folder)
writeSync(appended, ', lost')
write('content-only', 'lost', true)
renameSync(join(folder, 'to-be-renamed'), join(folder, 'renamed-unsynced'))
