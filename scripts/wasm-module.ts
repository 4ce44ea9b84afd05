/**
 * The compiled verifier and signer (node/crypto/wasm/assembly), each as text in a module: the sources run without a build,
 * and so do they. A test compiles them again and compares, so that neither can change without the other.
 */
import { fileURLToPath } from 'node:url'
import { base64 } from '@scure/base'
import { compileAssembly } from '../node/crypto/wasm/testing/compile-assembly.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const charactersOfLine = 112

export interface CompiledModule {
  readonly name: string
  /** Where the compiled module stands. */
  readonly url: URL
  /** What the file must say. */
  text(): Promise<string>
}

const folder = 'node/crypto/wasm'

export const wasmModules: readonly CompiledModule[] = [
  compiledModule('verifier', 'assembly/index.ts', 'ml-dsa-verify.wasm.ts', 'mlDsaVerifyBase64'),
  compiledModule('signer', 'assembly/signing/index.ts', 'ml-dsa-sign.wasm.ts', 'mlDsaSignBase64'),
]

function compiledModule(name: string, entry: string, file: string, constant: string): CompiledModule {
  return {
    name,
    url: new URL(`../${folder}/${file}`, import.meta.url),
    async text() {
      const binary = await compileAssembly(`${folder}/${entry}`, root)
      const lines = base64.encode(binary).match(new RegExp(`.{1,${charactersOfLine}}`, 'g')) ?? []
      return [
        `/** ${entry} compiled to WebAssembly, ${binary.length} bytes, base64. Written by \`npm run build:wasm\`, never by hand. */`,
        `export const ${constant} = [`,
        ...lines.map((line) => `  '${line}',`),
        "].join('')",
        '',
      ].join('\n')
    },
  }
}
