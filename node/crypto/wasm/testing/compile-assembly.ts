/** Compiles AssemblyScript to WebAssembly, as the module that is shipped and as the parts that tests look at. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import asc from 'assemblyscript/asc'

/** Memory comes from the host, which bounds it; the sources lay out what they use and never allocate, hence no runtime. */
const compilerOptions = [
  '--optimizeLevel=3',
  '--shrinkLevel=0',
  '--converge',
  '--noAssert',
  '--runtime=stub',
  '--importMemory',
  '--zeroFilledMemory',
  '--enable=simd',
]

/**
 * @param entry path of the entry file, from the project's folder
 * @param root the project's folder; where it lies does not show in the result
 * @throws Error with what the compiler said
 */
export async function compileAssembly(entry: string, root: string): Promise<Uint8Array> {
  let binary: Uint8Array | undefined
  const { error, stderr } = await asc.main([entry, '--outFile=module.wasm', ...compilerOptions], {
    readFile(name, baseDir) {
      try {
        return readFileSync(resolve(root, baseDir, name), 'utf8')
      } catch {
        return null
      }
    },
    writeFile(_name, contents) {
      if (typeof contents !== 'string') binary = contents
    },
    listFiles: () => [],
  })
  if (error !== null || binary === undefined) {
    throw new Error(`${entry} does not compile: ${stderr.toString()}`, { cause: error })
  }
  return Uint8Array.from(binary)
}
