/**
 * Small files that are replaced as a whole: whoever reads one finds what was there before or what came in its place, also
 * after a power cut. Knows nothing of what is in them; their users give failures codes.
 */
export { diskFiles, type NewFile, type ReplacingFiles } from './disk-files.ts'
export { makeFolder, makeFolderSync } from './make-folder.ts'
export { type ReplaceFault, type ReplaceOptions, type ReplaceStep, replaceFile, temporaryPath } from './replace-file.ts'
export { replaceFileSync } from './replace-file-sync.ts'
export { systemCode } from './system-code.ts'
