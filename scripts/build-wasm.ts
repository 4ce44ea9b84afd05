/** `npm run build:wasm`: compiles the signature verifier and the signer from AssemblyScript and writes the modules that hold them. */
import { writeFileSync } from 'node:fs'
import { wasmModules } from './wasm-module.ts'

for (const { url, text } of wasmModules) writeFileSync(url, await text())
