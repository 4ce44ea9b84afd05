import { accessSync, constants } from 'node:fs'
import { makeFolderSync, systemCode } from '../../node/files/index.ts'

/** Why a folder cannot be written to, as the system's word (EACCES, EEXIST, EROFS); undefined where it can. Makes it first. */
export function folderProblem(path: string): string | undefined {
  try {
    makeFolderSync(path)
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
    return undefined
  } catch (cause) {
    return systemCode(cause)
  }
}
