/**
 * The compiled verifier (node/crypto/wasm/assembly) as text in a module: the sources run without a build, and so does it.
 * A test compiles it again and compares, so that neither can change without the other.
 */
import { fileURLToPath } from 'node:url'
import { base64 } from '@scure/base'
import { compileAssembly } from '../node/crypto/wasm/testing/compile-assembly.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const charactersOfLine = 112

/** Where the compiled verifier stands. */
export const wasmModuleUrl = new URL('../node/crypto/wasm/ml-dsa-verify.wasm.ts', import.meta.url)

/** What the file must say. */
export async function wasmModuleText(): Promise<string> {
  const binary = await compileAssembly('node/crypto/wasm/assembly/index.ts', root)
  const lines = base64.encode(binary).match(new RegExp(`.{1,${charactersOfLine}}`, 'g')) ?? []
  return [
    `/** assembly/ compiled to WebAssembly, ${binary.length} bytes, base64. Written by \`npm run build:wasm\`, never by hand. */`,
    'export const mlDsaVerifyBase64 = [',
    ...lines.map((line) => `  '${line}',`),
    "].join('')",
    '',
  ].join('\n')
}
