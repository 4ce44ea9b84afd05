/** The files of the network layer in the data folder, under the same rules as the keystore: its owner's alone, never half written. */
import { join } from 'node:path'
import { err, ok } from '../core/result.ts'
import type { PrivateFiles } from '../p2p/peers/index.ts'
import { nodeFs } from '../vault/file-system.ts'
import { readPrivateFile, replacePrivateFile } from '../vault/private-file.ts'

export function peerFiles(dataDir: string): PrivateFiles {
  return {
    async read(name, maxBytes) {
      const file = await readPrivateFile(nodeFs, join(dataDir, name), maxBytes)
      return file.ok ? ok(file.value) : err(file.error)
    },
    async replace(name, bytes) {
      const done = await replacePrivateFile(nodeFs, join(dataDir, name), bytes)
      return done.ok ? ok(undefined) : err({ fault: 'write', systemCode: done.error.systemCode })
    },
  }
}
