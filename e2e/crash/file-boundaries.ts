/**
 * Puts the kill switch at the boundaries of the files that are written beside the database: audit log, keystore, genesis
 * and validator key. The file functions of this process are wrapped; what they do stays as it is.
 */
import promises, { type FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { basename } from 'node:path'
import type { KillPlace } from './kill-plan.ts'
import type { KillSwitch } from './kill-switch.ts'

const renamed: Readonly<Record<string, string>> = {
  'vault.json': 'vault',
  'genesis.json': 'genesis',
  'validator.key': 'validatorKey',
}

export function installFileBoundaries(killSwitch: KillSwitch): void {
  const { open, rename } = promises
  promises.rename = async (from, to) => {
    const name = renamed[basename(String(to))]
    if (name !== undefined) killSwitch.pass(`file.${name}.beforeRename` as KillPlace)
    await rename(from, to)
    if (name !== undefined) killSwitch.pass(`file.${name}.afterRename` as KillPlace)
  }
  promises.open = async (...parameters) => {
    const handle = await open(...parameters)
    const path = String(parameters[0])
    if (/[\\/]audit[\\/][^\\/]*\.jsonl$/.test(path)) watch(handle, 'audit', killSwitch)
    else if (basename(path) === 'vault.json.tmp') watch(handle, 'vault', killSwitch)
    return handle
  }
  syncBuiltinESMExports()
}

type WriteBytes = (
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number | null,
) => Promise<{ readonly bytesWritten: number }>

/** A write that is due to be the last leaves half of its bytes. */
function watch(handle: FileHandle, name: 'audit' | 'vault', killSwitch: KillSwitch): void {
  const { writeFile, sync, datasync } = handle
  const write = handle.write.bind(handle) as WriteBytes
  const torn = `file.${name}.torn` as const
  handle.write = (async (buffer: Uint8Array, offset = 0, length = buffer.length - offset, position = null) => {
    if (killSwitch.isDue(torn)) await write(buffer, offset, length >> 1, position)
    killSwitch.pass(torn)
    return write(buffer, offset, length, position)
  }) as FileHandle['write']
  handle.writeFile = async (data, options) => {
    const bytes = Buffer.from(data as Uint8Array)
    if (killSwitch.isDue(torn)) await write(bytes, 0, bytes.length >> 1, null)
    killSwitch.pass(torn)
    return writeFile.call(handle, data, options)
  }
  for (const [method, original] of [
    ['sync', sync],
    ['datasync', datasync],
  ] as const) {
    handle[method] = async () => {
      if (name === 'audit') killSwitch.pass('file.audit.beforeSync')
      await original.call(handle)
      if (name === 'audit') killSwitch.pass('file.audit.afterSync')
    }
  }
}
